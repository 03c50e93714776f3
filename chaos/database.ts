import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";
import { startEmbedded } from "#db/embedded.ts";

/** A PostgreSQL that can be stopped, killed and started again while others use it through a link. */
export type Database = {
  /** The URL of Rollcall's own role, which owns its database and nothing else, as on a managed server. */
  urlAt(port: number): string;
  port(): number;
  /** A session of the superuser, past every link. It is opened anew after a restart. */
  sql(): postgres.Sql;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Kills the server process; what owns it starts it again by itself. */
  crash(): void;
  close(): Promise<void>;
};

const role = "rollcall_app";
const password = "chaos";
const name = "chaos";

/** Starts a database server in `folder` with an empty database of Rollcall's role. Commits are flushed, as in earnest. */
export async function openDatabase(folder: string): Promise<Database> {
  const dataDir = path.join(folder, "database");
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o755);
  let server = await startEmbedded({ dataDir });
  const urlOf = (database: string) => {
    const url = new URL(server.url);
    url.pathname = `/${database}`;
    return url.href;
  };
  const open = (database: string) =>
    postgres(urlOf(database), { max: 4, onnotice: () => {}, idle_timeout: 0 });
  const first = open("postgres");
  await first.unsafe(`create role ${role} login password '${password}'`);
  await first.unsafe(`create database ${name} owner ${role}`);
  await first.end();
  let admin = open(name);

  return {
    urlAt: (port) => `postgres://${role}:${password}@127.0.0.1:${port}/${name}`,
    port: () => Number(new URL(server.url).port),
    sql: () => admin,
    async stop() {
      await admin.end({ timeout: 1 });
      await server.stop();
    },
    async start() {
      server = await startEmbedded({ dataDir });
      admin = open(name);
    },
    crash() {
      const pid = readFileSync(path.join(dataDir, "postgres/data/postmaster.pid"), "utf8").split("\n")[0];
      process.kill(Number(pid), "SIGKILL");
    },
    async close() {
      await admin.end({ timeout: 1 });
      await server.stop();
    },
  };
}
