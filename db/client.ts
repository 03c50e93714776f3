import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as connections from "./schema/connections.ts";
import * as deliveries from "./schema/deliveries.ts";
import * as members from "./schema/members.ts";
import * as people from "./schema/people.ts";
import * as syncs from "./schema/syncs.ts";

const schema = { ...connections, ...deliveries, ...members, ...people, ...syncs };

/** A pool of one PostgreSQL database. `$client` is the postgres.js pool for hand-written SQL and LISTEN. */
export type Db = PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };

/** A transaction of `Db`, or the pool itself: what a function needs that may run inside a caller's transaction. */
export type Tx = Pick<Db, "select" | "insert" | "update" | "delete" | "execute" | "transaction">;

/**
 * Opens a pool; nothing connects before the first query. End it with `closeDb`. With `lateFlush` a commit does not wait
 * for the disk: what a crash of PostgreSQL may lose then must be work that is simply done again.
 */
export function openDb(url: string, options: { max?: number; name?: string; lateFlush?: boolean } = {}): Db {
  const client = postgres(url, {
    max: options.max ?? 10,
    connection: {
      application_name: options.name ?? "rollcall",
      ...(options.lateFlush ? { synchronous_commit: "off" } : {}),
    },
    onnotice: () => {},
  });
  return drizzle(client, { schema });
}

/** Ends the pool, letting running queries finish for at most five seconds. */
export const closeDb = (db: Db): Promise<void> => db.$client.end({ timeout: 5 });
