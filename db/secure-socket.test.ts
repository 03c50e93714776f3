import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeDb, openDb } from "./client.ts";
import { type EmbeddedDatabase, freePort, startEmbedded } from "./embedded.ts";
import { securityOf } from "./secure-socket.ts";
import { openLink, whenBack } from "./testing-link.ts";

const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];

/** A certificate that PostgreSQL made for itself, as managed databases often have. */
function certify(data: string): void {
  const [key, certificate] = [path.join(data, "server.key"), path.join(data, "server.crt")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", certificate], {
    stdio: "pipe",
  });
  const { uid, gid } = statSync(path.join(data, "PG_VERSION"));
  for (const file of [key, certificate]) {
    chownSync(file, uid, gid);
    chmodSync(file, 0o600);
  }
}

const withMode = (url: string, mode: string): string => {
  const asked = new URL(url);
  asked.searchParams.set("sslmode", mode);
  return asked.href;
};

describe.runIf(spawnSync("openssl", ["version"]).status === 0)("a database that encrypts", () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "rollcall-secure-"));
  let server: EmbeddedDatabase;

  beforeAll(async () => {
    chmodSync(dataDir, 0o755);
    server = await startEmbedded({ dataDir, throwaway: true });
    const db = openDb(server.url, { max: 1 });
    const refused = openDb(withMode(server.url, "require"), { max: 1 });
    await expect(refused.$client`select 1`).rejects.toThrow("PostgreSQL does not encrypt connections");
    await closeDb(refused);
    const plain = openDb(withMode(server.url, "prefer"), { max: 1 });
    expect(await whenBack(plain)).toEqual([{ one: 1 }]);
    await closeDb(plain);
    certify(path.join(dataDir, "postgres/data"));
    await db.$client`alter system set ssl = on`;
    await db.$client`select pg_reload_conf()`;
    await closeDb(db);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test("loses no statement when its connections go dead or are cut", async () => {
    const link = await openLink(withMode(server.url, "require"));
    const db = openDb(link.url, { max: 1, silenceMs: 1_500 });
    const read = () => db.$client`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    expect([...(await read())]).toEqual([{ ssl: true }]);
    link.goDead();
    await expect(db.$client`select 2`).rejects.toThrow("The connection to PostgreSQL was lost.");
    await Promise.allSettled([read(), read()]);
    expect(await whenBack(db)).toEqual([{ one: 1 }]);
    const failing = db.$client`select pg_sleep(60)`.catch(() => db.$client`select 2 as two`);
    link.cut();
    await Promise.allSettled([failing]);
    expect(await whenBack(db)).toEqual([{ one: 1 }]);
    await closeDb(db);
    link.close();
  });

  test("must show a certificate that is trusted where that is asked for", async () => {
    const db = openDb(withMode(server.url, "verify-full"), { max: 1 });
    await expect(db.$client`select 1`).rejects.toThrow(/self-signed certificate/);
    await closeDb(db);
  });
});

test("encryption is read from the URL as postgres.js reads it", () => {
  const read = (query: string) => securityOf(`postgres://user:word@one:5432,two:5433/name${query}`);
  expect(read("")).toBeNull();
  expect(read("?sslmode=disable")).toBeNull();
  expect(read("?sslmode=prefer")).toEqual({ verified: false, optional: true });
  expect(read("?sslmode=require&application_name=x")).toEqual({ verified: false, optional: false });
  expect(read("?ssl=true")).toEqual({ verified: true, optional: false });
  expect(read("?sslmode=verify-full")).toEqual({ verified: true, optional: false });
});

test("a database that is away is told as such, and holds no place in the pool", async () => {
  const db = openDb(`postgres://rollcall@127.0.0.1:${await freePort()}/rollcall?sslmode=require`, { max: 1 });
  for (let call = 0; call < 2; call++)
    await expect(db.$client`select 1`).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await closeDb(db);
});

test("what somebody in between says before the encryption is refused", async () => {
  const between = createServer((socket) => {
    socket.on("error", () => undefined).once("data", () => socket.write("Sinjected"));
  });
  await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
  // Listening on TCP, so its address is no path.
  const { port } = between.address() as AddressInfo;
  const db = openDb(`postgres://somebody@127.0.0.1:${port}/rollcall?sslmode=require`, { max: 1 });
  await expect(db.$client`select 1`).rejects.toThrow("stands between");
  await closeDb(db);
  await new Promise((resolve) => between.close(resolve));
});
