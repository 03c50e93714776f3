import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as connections from "./schema/connections.ts";
import * as deliveries from "./schema/deliveries.ts";
import * as floods from "./schema/floods.ts";
import * as members from "./schema/members.ts";
import * as people from "./schema/people.ts";
import * as syncs from "./schema/syncs.ts";
import { securityOf } from "./secure-socket.ts";
import { socketsWith } from "./socket.ts";

const schema = { ...connections, ...deliveries, ...floods, ...members, ...people, ...syncs };

/** A pool of one PostgreSQL database. `$client` is the postgres.js pool for hand-written SQL and LISTEN. */
export type Db = PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };

/** A transaction of `Db`, or the pool itself: what a function needs that may run inside a caller's transaction. */
export type Tx = Pick<Db, "select" | "insert" | "update" | "delete" | "execute" | "transaction">;

/** `silenceMs` is how long one statement may take before its connection counts as dead. */
export type DbOptions = {
  max?: number;
  name?: string;
  lateFlush?: boolean;
  steadyPlans?: boolean;
  silenceMs?: number;
};

const connectSeconds = 5;
const usualSilenceMs = 20_000;
const frozenMs = 15_000;

/**
 * Opens a pool; nothing connects before the first query. End it with `closeDb`. With `lateFlush` a commit does not wait
 * for the disk: what a crash of PostgreSQL may lose then must be work that is simply done again. With
 * `steadyPlans` a statement is planned once for any parameters: for large statements that would cost as much to plan as to
 * run. A statement fails when PostgreSQL says nothing for `silenceMs` (20 s), so a network that went dead without a word
 * is noticed.
 */
export function openDb(url: string, options: DbOptions = {}): Db {
  const silenceMs = options.silenceMs ?? usualSilenceMs;
  const settings = {
    max: options.max ?? 10,
    connect_timeout: connectSeconds,
    idle_timeout: (silenceMs * 0.6) / 1000,
    // Encrypted by our sockets, so that an encrypted connection ends as any other.
    ssl: false,
    socket: socketsWith(silenceMs, securityOf(url)),
    connection: {
      application_name: options.name ?? "rollcall",
      // A process that is frozen in the middle of a transaction must not keep the others from its rows.
      idle_in_transaction_session_timeout: frozenMs,
      ...(options.lateFlush ? { synchronous_commit: "off" } : {}),
      ...(options.steadyPlans ? { plan_cache_mode: "force_generic_plan" } : {}),
    },
    onnotice: () => {},
  };
  const client = postgres(url, settings);
  return drizzle(client, { schema });
}

/** Ends the pool, letting running queries finish for at most five seconds. */
export const closeDb = (db: Db): Promise<void> => db.$client.end({ timeout: 5 });
