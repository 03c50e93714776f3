import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { totalmem } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Home } from "./embedded-home.ts";

/** One run of the server: `gone` resolves when it ends, asked for or not. */
export type ServerRun = { gone: Promise<void>; stop: () => Promise<void> };

/** Replaying its journal after a crash may take PostgreSQL minutes. */
const startLimitMs = 300_000;

/** What PostgreSQL's programs may see of this process's environment. */
export const programEnv = { PATH: process.env.PATH, LC_ALL: "C", NODE_ENV: process.env.NODE_ENV };

/**
 * An eighth of the memory that this process may use, between these two: the log's indexes are read and written at random,
 * and PostgreSQL waits for what it does not hold itself. It takes the memory only as it fills it.
 */
const sharedMb = { least: 128, most: 1_024 };

function sharedBuffers(): string {
  const usable = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return `${Math.min(sharedMb.most, Math.max(sharedMb.least, Math.floor(usable / 2 ** 20 / 8)))}MB`;
}

/** Sized for one machine; commits are flushed to disk before they are answered (fsync, synchronous_commit). */
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: sharedBuffers(),
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  random_page_cost: "1.1",
  jit: "off",
  io_method: "sync",
  max_parallel_workers_per_gather: "0",
  timezone: "UTC",
  log_timezone: "UTC",
};
const throwawaySettings = {
  ...settings,
  shared_buffers: `${sharedMb.least}MB`,
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

/**
 * The shell between us and PostgreSQL waits on a pipe that only this process holds: when it closes, for whatever cause,
 * PostgreSQL gets its fast shutdown. PostgreSQL alone holds standard output, so its end is PostgreSQL's end.
 */
const keeper = '"$@" </dev/null & exec >&-; read -r _; kill -INT $! 2>/dev/null; wait $!';

/** Starts PostgreSQL on a port; `ready` tells when it takes connections. */
export function launch(home: Home, port: number, throwaway: boolean): ServerRun {
  const log = openSync(home.logFile, "w", 0o640);
  if (home.runAs) chownSync(home.logFile, home.runAs.uid, home.runAs.gid);
  const flags = Object.entries({ ...(throwaway ? throwawaySettings : settings), port: String(port) }).flatMap(
    ([name, value]) => ["-c", `${name}=${value}`],
  );
  const child = spawn(
    "/bin/sh",
    ["-c", keeper, "rollcall-postgres", path.join(home.bin, "postgres"), "-D", home.data, ...flags],
    // Its own session: a Ctrl-C in the terminal must not end the database before the server has finished with it.
    {
      cwd: "/",
      env: programEnv,
      stdio: ["pipe", "pipe", log],
      detached: true,
      ...home.runAs,
    },
  );
  closeSync(log);
  child.stdin?.on("error", () => {});
  child.stdout?.resume();
  const gone = Promise.race([once(child.stdout!, "close"), once(child, "error")]).then(() => {});
  const exited = once(child, "exit");
  const stop = async () => {
    child.stdin?.end();
    await exited;
  };
  return { gone, stop };
}

/** Resolves when the server takes connections: it writes so into its lock file. */
export async function ready(home: Home, gone: Promise<void>): Promise<void> {
  let ended = false;
  void gone.then(() => {
    ended = true;
  });
  const lockFile = path.join(home.data, "postmaster.pid");
  for (const limit = Date.now() + startLimitMs; Date.now() < limit && !ended; await sleep(10))
    if (existsSync(lockFile) && /^ready\s*$/m.test(readFileSync(lockFile, "utf8"))) return;
  const tail = readFileSync(home.logFile, "utf8").trim().split("\n").slice(-8).join("\n");
  throw new Error(`The embedded PostgreSQL did not start. Its log ends with:\n${tail}`);
}
