import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmbedded } from "./embedded.ts";

let dataDir: string;
const postmaster = () =>
  Number(readFileSync(path.join(dataDir, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);

beforeAll(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), "rollcall-embedded-"));
  chmodSync(dataDir, 0o755);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Another process that owns the database until it is killed. */
async function startElsewhere(): Promise<{ url: string; owner: ChildProcess }> {
  const module = JSON.stringify(new URL("./embedded.ts", import.meta.url).href);
  const code = `const { startEmbedded } = await import(${module});
    console.log((await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, throwaway: true })).url);
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = await once(createInterface({ input: owner.stdout }), "line");
  return { url: String(url), owner };
}

async function query<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(
      process.platform === "linux" ? readFileSync(`/proc/${pid}/status`, "utf8") : "",
    );
  } catch {
    return false;
  }
};

test("what was written is there after a stop and a new start, and no process is left in between", async () => {
  const first = await startEmbedded({ dataDir, throwaway: true });
  await query(first.url, (sql) => sql`create table kept as select 'still here' as text`);
  const pid = postmaster();
  await first.stop();
  expect(alive(pid)).toBe(false);
  const second = await startEmbedded({ dataDir, throwaway: true });
  expect(await query(second.url, (sql) => sql`select text from kept`)).toEqual([{ text: "still here" }]);
  await second.stop();
});

test("commits are flushed to disk, wait for small journal files only, and only this machine can connect", async () => {
  const server = await startEmbedded({ dataDir });
  const [row] = await query(
    server.url,
    (sql) => sql`select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits,
                        current_setting('listen_addresses') as listens, current_setting('wal_segment_size') as journal`,
  );
  await server.stop();
  expect(row).toEqual({ fsync: "on", commits: "on", listens: "127.0.0.1", journal: "4MB" });
});

test("a second start on the same folder is refused while the first lives", async () => {
  const server = await startEmbedded({ dataDir, throwaway: true });
  await expect(startEmbedded({ dataDir, throwaway: true })).rejects.toThrow(/Another Rollcall is running/);
  expect(await query(server.url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
  await server.stop();
});

test("PostgreSQL ends when its owner is killed, and the next start goes on with the data", async () => {
  const { owner } = await startElsewhere();
  const pid = postmaster();
  owner.kill("SIGKILL");
  const next = await startEmbedded({ dataDir, throwaway: true });
  expect(alive(pid)).toBe(false);
  expect(await query(next.url, (sql) => sql`select text from kept`)).toEqual([{ text: "still here" }]);
  await next.stop();
});

test.runIf(process.platform === "linux")(
  "a PostgreSQL that was orphaned is stopped and replaced",
  async () => {
    const { owner } = await startElsewhere();
    const pid = postmaster();
    const keeper = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
    process.kill(keeper, "SIGKILL");
    owner.kill("SIGKILL");
    await once(owner, "exit");
    expect(alive(pid)).toBe(true);
    const next = await startEmbedded({ dataDir, throwaway: true });
    expect(alive(pid)).toBe(false);
    await next.stop();
  },
);

test("a PostgreSQL that is killed is started again under the same address, with its data", async () => {
  const server = await startEmbedded({ dataDir, throwaway: true });
  const pid = postmaster();
  process.kill(pid, "SIGKILL");
  const read = () => query(server.url, (sql) => sql`select text from kept`);
  await expect.poll(read).toEqual([{ text: "still here" }]);
  expect(postmaster()).not.toBe(pid);
  await server.stop();
});
