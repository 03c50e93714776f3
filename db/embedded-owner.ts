import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import type { Home } from "./embedded-home.ts";

const settleLimitMs = 30_000;

/** Holds the data folder for this process: a session lock that PostgreSQL frees by itself when the holder dies. */
export async function takeOwnership(home: Home, port: number): Promise<{ release: () => Promise<void> }> {
  const client = connect(home, port);
  const [row] = await client<{ held: boolean }[]>`
    select pg_try_advisory_lock(hashtext('rollcall.owner')) as held`;
  if (!row?.held) {
    await client.end({ timeout: 1 });
    throw new Error(`Another Rollcall is running on ${home.folder}. Stop it, or set another DATA_DIR.`);
  }
  return { release: () => client.end({ timeout: 1 }) };
}

/**
 * Returns when no PostgreSQL runs on the data folder any more. One whose owner died is told to stop, one that is just
 * stopping is waited for, a stale lock file is removed. Throws when a living Rollcall owns the one that runs.
 */
export async function settleEarlierRun(home: Home): Promise<void> {
  const lockFile = path.join(home.data, "postmaster.pid");
  let asked = false;
  for (const limit = Date.now() + settleLimitMs; Date.now() < limit; await sleep(25)) {
    if (!existsSync(lockFile)) return;
    const lines = readFileSync(lockFile, "utf8").split("\n");
    const pid = Number(lines[0]);
    if (!runsOn(pid, home.data)) return rmSync(lockFile, { force: true });
    if (asked || !(await ownerless(home, Number(lines[3])))) continue;
    process.kill(pid, "SIGINT");
    asked = true;
  }
  throw new Error(
    `A PostgreSQL still runs on ${home.data} and does not stop. End it, or set another DATA_DIR.`,
  );
}

/** True once the lock is ours, so that a server which answers has no owner; false while it starts or stops. */
async function ownerless(home: Home, port: number): Promise<boolean> {
  try {
    const ownership = await takeOwnership(home, port);
    await ownership.release();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** Whether that process is a PostgreSQL on this very folder, not a stranger that got its number after a restart. */
function runsOn(pid: number, data: string): boolean {
  try {
    const command =
      process.platform === "linux"
        ? readFileSync(`/proc/${pid}/cmdline`, "utf8")
        : execFileSync("ps", ["-o", "args=", "-p", String(pid)], { stdio: "pipe" }).toString();
    return command.includes(data);
  } catch {
    return false;
  }
}

const connect = (home: Home, port: number): postgres.Sql =>
  postgres(`postgres://rollcall:${home.password}@127.0.0.1:${port}/postgres`, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: "rollcall owner" },
  });
