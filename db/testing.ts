import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { inject } from "vitest";
import { closeDb, type Db, openDb } from "./client.ts";

/** A migrated database of this test file alone. */
export type TestDatabase = { db: Db; url: string; close: () => Promise<void> };

/**
 * Copies the migrated template into a new database. `close` ends the pool, throws when the code under test left
 * connections open, and drops the database in any case.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject("testServer");
  const name = `rollcall_test_${randomBytes(6).toString("hex")}`;
  const onServer = async <T>(work: (admin: postgres.Sql) => Promise<T>): Promise<T> => {
    const admin = postgres(server.url, { max: 1, onnotice: () => {} });
    try {
      return await work(admin);
    } finally {
      await admin.end({ timeout: 5 });
    }
  };
  await onServer((admin) => admin`create database ${admin(name)} template ${admin(server.template)}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const db = openDb(url.href, { name: "rollcall test" });
  const close = async () => {
    await closeDb(db);
    const open = await onServer(async (admin) => {
      const left = await connectionsLeft(admin, name);
      await admin`drop database ${admin(name)} with (force)`;
      return left;
    });
    if (open.length > 0) throw new Error(`These connections were left open: ${open.join(", ")}.`);
  };
  return { db, url: url.href, close };
}

/** Who is still connected after two seconds; a session ends a moment after its client has said goodbye. */
async function connectionsLeft(admin: postgres.Sql, database: string): Promise<string[]> {
  let names: string[] = [];
  for (const limit = Date.now() + 2_000; Date.now() < limit; await sleep(20)) {
    const rows = await admin<{ name: string }[]>`
      select application_name as name from pg_stat_activity
      where datname = ${database} and backend_type = 'client backend'`;
    names = rows.map((row) => row.name || "unnamed");
    if (names.length === 0) break;
  }
  return names;
}
