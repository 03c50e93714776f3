import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, closeSync, existsSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import postgres from "postgres";
import { type Home, openHome } from "./embedded-home.ts";
import { settleEarlierRun, takeOwnership } from "./embedded-owner.ts";

const run = promisify(execFile);

/** A running PostgreSQL of our own. `gone` resolves when it ends, asked for or not. */
export type EmbeddedDatabase = { url: string; gone: Promise<void>; stop: () => Promise<void> };

export type EmbeddedOptions = {
  dataDir: string;
  /** For tests: nothing is flushed to disk, so it is fast and its data do not outlive a crash of the machine. */
  throwaway?: boolean;
  say?: (line: string) => void;
};

const startLimitMs = 60_000;

/** Sized for one small machine; commits are flushed to disk before they are answered (fsync, synchronous_commit). */
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "128MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  wal_compression: "on",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  random_page_cost: "1.1",
  jit: "off",
  io_method: "sync",
  max_parallel_workers_per_gather: "0",
  timezone: "UTC",
  log_timezone: "UTC",
};
const throwawaySettings = { ...settings, fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/**
 * Starts a PostgreSQL 18 below `dataDir`, on a free port of 127.0.0.1, with an empty database `rollcall` at first. Ends
 * what a killed run left behind; throws when a living Rollcall uses the folder. PostgreSQL ends with this process, also
 * when this process is killed.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  if (process.platform === "win32")
    throw new Error("On Windows, set DATABASE_URL to a PostgreSQL of your own.");
  const home = openHome(options.dataDir, options.say ?? (() => {}));
  await settleEarlierRun(home);
  if (!existsSync(path.join(home.data, "PG_VERSION"))) await initialise(home, options.throwaway ?? false);
  const port = await freePort();
  const server = launch(home, port, options.throwaway ? throwawaySettings : settings);
  try {
    await ready(home, server.gone);
    const ownership = await takeOwnership(home, port);
    await ensureDatabase(home, port);
    const stop = async () => {
      await ownership.release();
      await server.stop();
    };
    return { url: urlOf(home, port, "rollcall"), gone: server.gone, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const urlOf = (home: Home, port: number, database: string) =>
  `postgres://rollcall:${home.password}@127.0.0.1:${port}/${database}`;

/** Makes the data folder under another name first, so that a half-made one is never started. */
async function initialise(home: Home, throwaway: boolean): Promise<void> {
  const fresh = `${home.data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const flags = [
    "-D",
    fresh,
    "-U",
    "rollcall",
    "--auth=scram-sha-256",
    `--pwfile=${path.join(home.folder, "password")}`,
  ];
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--lc-messages=C"];
  await run(path.join(home.bin, "initdb"), [...flags, ...locale, ...(throwaway ? ["--no-sync"] : [])], {
    cwd: "/",
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    ...home.runAs,
  });
  renameSync(fresh, home.data);
}

/**
 * The shell between us and PostgreSQL waits on a pipe that only this process holds: when it closes, for whatever cause,
 * PostgreSQL gets its fast shutdown. PostgreSQL alone holds standard output, so its end is PostgreSQL's end.
 */
const keeper = '"$@" </dev/null & exec >&-; read -r _; kill -INT $! 2>/dev/null; wait $!';

function launch(home: Home, port: number, chosen: Record<string, string>) {
  const log = openSync(home.logFile, "w", 0o640);
  if (home.runAs) chownSync(home.logFile, home.runAs.uid, home.runAs.gid);
  const flags = Object.entries({ ...chosen, port: String(port) }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const child = spawn(
    "/bin/sh",
    ["-c", keeper, "rollcall-postgres", path.join(home.bin, "postgres"), "-D", home.data, ...flags],
    // Its own session: a Ctrl-C in the terminal must not end the database before the server has finished with it.
    {
      cwd: "/",
      env: { PATH: process.env.PATH, LC_ALL: "C" },
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
async function ready(home: Home, gone: Promise<void>): Promise<void> {
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

async function ensureDatabase(home: Home, port: number): Promise<void> {
  const client = postgres(urlOf(home, port, "postgres"), { max: 1, onnotice: () => {} });
  try {
    const found = await client`select 1 from pg_database where datname = 'rollcall'`;
    if (found.length === 0) await client`create database rollcall`;
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No free port on 127.0.0.1.");
  return address.port;
}
