import path from "node:path";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as migrateSchema } from "drizzle-orm/postgres-js/migrator";
import { Logger, runMigrations } from "graphile-worker";
import postgres from "postgres";

const migrationsFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), "migrations");
const oldestMajor = 15;
const silent = new Logger(() => () => {});

/**
 * Brings a database up to this version's schema and the queue's, and makes the delivery partitions of the next seven
 * days. Processes that start together wait for each other on an advisory lock, so calling it twice is safe. Throws when
 * the server is older than PostgreSQL 15.
 */
export async function migrate(url: string): Promise<void> {
  const client = postgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: "rollcall migrate" },
  });
  try {
    await demandVersion(client);
    await client`select pg_advisory_lock(hashtext('rollcall.migrate'))`;
    // Functions of ours name types of the queue.
    await runMigrations({ connectionString: url, schema: "graphile_worker", logger: silent });
    await migrateSchema(drizzle(client), { migrationsFolder });
    await client`select ensure_delivery_partitions(7)`;
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function demandVersion(client: postgres.Sql): Promise<void> {
  const [row] = await client<{ number: number; name: string }[]>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as name`;
  if (row && Math.floor(row.number / 10_000) >= oldestMajor) return;
  throw new Error(
    `Rollcall needs PostgreSQL ${oldestMajor} or newer; the server that DATABASE_URL names is ${row?.name ?? "unknown"}.`,
  );
}
