import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import postgres from "postgres";
import { type Home, openHome } from "./embedded-home.ts";
import { settleEarlierRun, takeOwnership } from "./embedded-owner.ts";
import { launch, programEnv, ready, type ServerRun } from "./embedded-server.ts";

const run = promisify(execFile);

/** A running PostgreSQL of our own; `stop` resolves when its process is gone. */
export type EmbeddedDatabase = { url: string; stop: () => Promise<void> };

export type EmbeddedOptions = {
  dataDir: string;
  /** For tests: nothing is flushed to disk, so it is fast and its data do not outlive a crash of the machine. */
  throwaway?: boolean;
  say?: (line: string) => void;
};

/** A database of our own that is not started yet; its URL is known, so that others can be given it before. */
export type EmbeddedPlace = { url: string; start: () => Promise<EmbeddedDatabase> };

/**
 * Chooses where a PostgreSQL 18 of our own runs: below `dataDir`, on a free port of 127.0.0.1, with an empty database
 * `rollcall` at first. Its `start` ends what a killed run left behind, and throws when a living Rollcall uses the folder.
 * When it is killed it is started again under the same URL; when this process ends, for whatever cause, it ends too.
 */
export async function placeEmbedded(options: EmbeddedOptions): Promise<EmbeddedPlace> {
  if (process.platform === "win32")
    throw new Error("On Windows, set DATABASE_URL to a PostgreSQL of your own.");
  const home = openHome(options.dataDir, options.say ?? (() => {}));
  const port = await freePort();
  return { url: urlOf(home, port, "rollcall"), start: () => startAt(home, port, options) };
}

/** Places an embedded database and starts it. */
export const startEmbedded = async (options: EmbeddedOptions): Promise<EmbeddedDatabase> =>
  (await placeEmbedded(options)).start();

async function startAt(home: Home, port: number, options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const say = options.say ?? (() => {});
  await settleEarlierRun(home);
  if (!existsSync(path.join(home.data, "PG_VERSION"))) await initialise(home, options.throwaway ?? false);
  const boot = () => bootServer(home, port, options.throwaway ?? false);
  let server = await boot();
  let stopping = false;
  const keepUp = async () => {
    for (let waitMs = 100; !stopping; waitMs = Math.min(waitMs * 2, 5_000)) {
      await server.gone;
      if (stopping) return;
      say("The embedded PostgreSQL has ended and is started again.");
      await server.stop();
      try {
        await settleEarlierRun(home);
        server = await boot();
        waitMs = 100;
      } catch (error) {
        say(String(error));
        await sleep(waitMs);
      }
    }
  };
  const kept = keepUp();
  const stop = async () => {
    stopping = true;
    await server.stop();
    await kept;
  };
  return { url: urlOf(home, port, "rollcall"), stop };
}

/** A server that takes connections, owned by this process, with the database `rollcall`. */
async function bootServer(home: Home, port: number, throwaway: boolean): Promise<ServerRun> {
  const server = launch(home, port, throwaway);
  try {
    await ready(home, server.gone);
    const ownership = await takeOwnership(home, port);
    await ensureDatabase(home, port);
    const stop = async () => {
      await ownership.release();
      await server.stop();
    };
    return { gone: server.gone, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const urlOf = (home: Home, port: number, database: string) =>
  `postgres://rollcall:${home.password}@127.0.0.1:${port}/${database}`;

/** All commits wait while PostgreSQL fills a new file of its journal: 25 to 40 ms were seen with its usual 16 MB. */
const journalFileMb = 4;

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
    `--wal-segsize=${journalFileMb}`,
    `--pwfile=${path.join(home.folder, "password")}`,
  ];
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--lc-messages=C"];
  await run(path.join(home.bin, "initdb"), [...flags, ...locale, ...(throwaway ? ["--no-sync"] : [])], {
    cwd: "/",
    env: programEnv,
    ...home.runAs,
  });
  renameSync(fresh, home.data);
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
