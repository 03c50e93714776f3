import { readFileSync } from "node:fs";
import path from "node:path";
import type { z } from "zod";
import type { Db } from "#db/client.ts";
import type { health } from "../api/more-shapes.ts";
import { doorLoad } from "../door/counters.ts";
import { livingWorkers } from "../queue/liveness.ts";

type Health = z.infer<typeof health>;

/** A database that says nothing for so long counts as away. A balancer that asks for the door may wait one second. */
const answerMs = { all: 2_000, door: 500 };

/**
 * Whether the database answers and has every migration of this version, a worker lives somewhere, and no webhook waits
 * on this process's disk. `door` asks only whether this process can keep webhooks, on its disk if need be. Answers
 * within 2 seconds, for the door within half a second, and never throws; says nothing that is a secret.
 */
export async function readHealth(db: Db, asked: "all" | "door" = "all"): Promise<Health> {
  const [found, workers] = await Promise.all([
    inTime(
      db.$client<{ at: string }[]>`select max(created_at)::text as at from drizzle.__drizzle_migrations`,
      answerMs[asked],
    ),
    inTime(livingWorkers(db), answerMs[asked]),
  ]);
  const parts = {
    database: found !== null,
    migrations: Number(found?.[0]?.at ?? 0) >= newestMigration(),
    worker: (workers ?? 0) > 0,
    spool: spoolState(),
  };
  const whole =
    parts.database && parts.migrations && parts.worker && parts.spool !== "in_use" && parts.spool !== "full";
  const keeps = parts.spool === "empty" || parts.spool === "in_use";
  return { status: (asked === "door" ? keeps : whole) ? "ready" : "not_ready", ...parts };
}

async function inTime<T>(query: PromiseLike<T>, limitMs: number): Promise<T | null> {
  let late: NodeJS.Timeout | undefined;
  const limit = new Promise<null>((resolve) => {
    late = setTimeout(resolve, limitMs, null);
  });
  const answered = Promise.resolve(query).catch(() => null);
  const first = await Promise.race([answered, limit]);
  clearTimeout(late);
  return first;
}

function spoolState(): Health["spool"] {
  const spool = doorLoad()?.spool;
  if (!spool) return "none";
  if (spool.bytes >= spool.maxBytes) return "full";
  return spool.since === null ? "empty" : "in_use";
}

/** The moment of the newest migration in the journal, as drizzle-kit writes it. */
function newestMigration(): number {
  const file = path.join(process.cwd(), "db", "migrations", "meta", "_journal.json");
  const journal: { entries: { when: number }[] } = JSON.parse(readFileSync(file, "utf8"));
  return Math.max(...journal.entries.map((entry) => entry.when));
}
