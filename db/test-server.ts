import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "./embedded.ts";
import { migrate } from "./migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A server where databases may be made and dropped, and a migrated database to copy. */
    testServer: { url: string; template: string };
  }
}

type TestServer = { url: string; template: string; stop: () => Promise<void> };
type Shared = { users: number; started: Promise<TestServer> };

/** Each project of Vitest loads this module anew, in one process. */
const place = globalThis as { rollcallTestServer?: Shared };

/**
 * Runs once before the test files of a project: one PostgreSQL for all projects (`TEST_DATABASE_URL`, or an embedded one)
 * with a migrated template. The workers inherit `DATA_DIR`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  place.rollcallTestServer ??= { users: 0, started: start() };
  const shared = place.rollcallTestServer;
  shared.users += 1;
  const { url, template, stop } = await shared.started;
  project.provide("testServer", { url, template });
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    place.rollcallTestServer = undefined;
    await stop();
  };
}

async function start(): Promise<TestServer> {
  const dataDir = mkdtempSync(path.join(inMemory() ?? tmpdir(), "rollcall-vitest-"));
  chmodSync(dataDir, 0o755);
  process.env.DATA_DIR = path.join(dataDir, "kept");
  const given = process.env.TEST_DATABASE_URL;
  const embedded = given ? undefined : await startEmbedded({ dataDir, throwaway: true });
  const url = given ?? embedded?.url ?? "";
  const template = `rollcall_template_${randomBytes(4).toString("hex")}`;
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  await admin`create database ${admin(template)}`;
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${template}`;
  await migrate(templateUrl.href);
  const stop = async () => {
    await admin`drop database if exists ${admin(template)} with (force)`;
    await admin.end({ timeout: 5 });
    await embedded?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url, template, stop };
}

/**
 * A folder in memory with room for many databases, where there is one. Each has a thousand files; ext4 takes seconds to
 * find places for those of one where another's just went.
 */
function inMemory(): string | undefined {
  const folder = "/dev/shm";
  if (!existsSync(folder)) return undefined;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > 4 * 1024 ** 3 ? folder : undefined;
}
