import { readFileSync } from "node:fs";
import path from "node:path";
import type { z } from "zod";
import type { Db } from "#db/client.ts";
import type { health } from "../api/more-shapes.ts";

type Health = z.infer<typeof health>;

/** Whether the database answers and has every migration of this version; never throws. */
export async function readHealth(db: Db): Promise<Health> {
  const newest = newestMigration();
  const found = await db.$client<{ at: string }[]>`
    select max(created_at)::text as at from drizzle.__drizzle_migrations`.catch(() => null);
  const database = found !== null;
  const migrations = Number(found?.[0]?.at ?? 0) >= newest;
  return { status: database && migrations ? "ready" : "not_ready", database, migrations };
}

/** The moment of the newest migration in the journal, as drizzle-kit writes it. */
function newestMigration(): number {
  const file = path.join(process.cwd(), "db", "migrations", "meta", "_journal.json");
  const journal: { entries: { when: number }[] } = JSON.parse(readFileSync(file, "utf8"));
  return Math.max(...journal.entries.map((entry) => entry.when));
}
