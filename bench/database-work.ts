import { readdirSync, readFileSync } from "node:fs";
import type postgres from "postgres";

/** What a database has done so far: bytes of its log, whole pages in it, and milliseconds of processor, where they can be told. */
export type Work = { walBytes: number; fullPages: number; cpuMs: number | null };

const tickMs = 10;

/** Reads how much the database has done until now; two readings tell what lies between them. */
export async function databaseWork(sql: postgres.Sql): Promise<Work> {
  const [row] = await sql<{ bytes: string; pages: string; pid: number }[]>`
    select wal_bytes::text as bytes, wal_fpi::text as pages, pg_backend_pid() as pid from pg_stat_wal`;
  if (!row) throw new Error("PostgreSQL does not tell of its log.");
  return { walBytes: Number(row.bytes), fullPages: Number(row.pages), cpuMs: cpuOfAll(row.pid) };
}

/** Of the server that a backend belongs to, with all its processes and those that ended. */
function cpuOfAll(backend: number): number | null {
  if (process.platform !== "linux") return null;
  const server = statOf(backend)?.parent;
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? []);
  return all
    .filter(({ pid, parent }) => pid === server || parent === server)
    .reduce((sum, { own, children, pid }) => sum + own + (pid === server ? children : 0), 0);
}

function statOf(pid: number) {
  try {
    // The name, in parentheses, may hold anything; what follows is numbers but for the state.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ").map(Number) ?? [];
    const [, parent = 0] = fields;
    const [user = 0, system = 0, usedUser = 0, usedSystem = 0] = fields.slice(11, 15);
    return { pid, parent, own: (user + system) * tickMs, children: (usedUser + usedSystem) * tickMs };
  } catch {
    return undefined;
  }
}
