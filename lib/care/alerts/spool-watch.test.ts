import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, createServer as createRelay, type Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { closeDb, openDb } from "#db/client.ts";
import { alertSends, alerts } from "#db/schema/alerts.ts";
import { testDatabase } from "#db/testing.ts";
import { createChannel } from "../../console/alert-channels.ts";
import { mute } from "../../console/alert-mutes.ts";
import type { SpoolState } from "../../door/overflow.ts";
import { evaluate } from "./evaluate.ts";
import { openKnownChannels } from "./known-channels.ts";
import { sendDue } from "./outbox.ts";
import { readers } from "./readers.ts";
import { watchSpool } from "./spool-watch.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
/** A database that nobody can reach. */
const away = openDb("postgres://nobody@127.0.0.1:9/none");
let receiver: Server;
let url: string;
let folder: string;
let status = 200;
const got: { type: string; id: string; title: string }[] = [];
const db = () => database.db;

beforeAll(async () => {
  database = await testDatabase();
  receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { type, data } = JSON.parse(body);
    got.push({ type, id: String(request.headers["webhook-id"]), title: data.title });
    response.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const address = receiver.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
});
afterAll(async () => {
  await closeDb(away);
  await database.close();
  receiver.close();
});
beforeEach(async () => {
  got.length = 0;
  status = 200;
  if (folder) rmSync(folder, { recursive: true });
  folder = mkdtempSync(path.join(os.tmpdir(), "rollcall-channels-"));
  await db().$client`truncate alerts, alert_sends, alert_channels, alert_mutes cascade`;
  await createChannel(db(), { kind: "http", name: "Pager", url, alertKinds: null }, "Anna");
});

const full = { maxBytes: 1024 ** 3, deliveries: 12, bytes: 4096 };
const used = (): SpoolState => ({ ...full, since: Date.now() - 20_000 });
const unused = (): SpoolState => ({ ...full, since: null, deliveries: 0, bytes: 0 });
/** Alerts of this test happen now: what the worker stores carries the clock of the database. */
const start = Date.now();
const at = (seconds: number) => new Date(start + seconds * 1000);
const sent = () => got.map(({ type }) => type);

/** A way to the database that can be cut and mended. */
async function aWay() {
  const to = new URL(database.url);
  const open = new Set<Socket>();
  const relay = createRelay((socket) => {
    const upstream = connect(Number(to.port), to.hostname);
    for (const end of [socket, upstream]) {
      open.add(end);
      end
        .on("error", () => undefined)
        .on("close", () => {
          socket.destroy();
          upstream.destroy();
        });
    }
    socket.pipe(upstream).pipe(socket);
  });
  const listen = async (port: number) => {
    relay.listen(port, "127.0.0.1");
    await once(relay, "listening");
    const address = relay.address();
    return typeof address === "object" && address ? address.port : 0;
  };
  const cut = async () => {
    relay.close();
    for (const socket of open) socket.destroy();
    await once(relay, "close");
  };
  const port = await listen(0);
  const url = new URL(database.url);
  Object.assign(url, { hostname: "127.0.0.1", port: String(port) });
  const pool = openDb(url.href, { max: 1 });
  return { pool, cut, mend: () => listen(port) };
}

test("with the database away the process tells the channels it remembers, and keeps them sealed on disk", async () => {
  const known = openKnownChannels(folder);
  await known.refresh(db());
  expect(readFileSync(path.join(folder, "known-channels.json"), "utf8")).not.toContain(url);
  const look = watchSpool(away, openKnownChannels(folder), used);
  await look(at(0));
  expect(got).toEqual([]);
  for (const seconds of [15, 20, 25, 600]) await look(at(seconds));
  expect(got).toMatchObject([{ type: "alert.opened" }]);
  expect(got[0]?.title).toMatch(/^The database has not taken webhooks for 20 s\. The door on /);
});

test("a channel that is down is tried again by the process itself", async () => {
  const known = openKnownChannels(folder);
  await known.refresh(db());
  const look = watchSpool(away, known, used);
  status = 500;
  for (const seconds of [0, 15, 16, 21]) await look(at(seconds));
  status = 200;
  await look(at(60));
  await look(at(90));
  expect(got).toHaveLength(3);
  expect(new Set(got.map(({ id }) => id)).size).toBe(1);
});

test("a database that answers stores the alert, tells it once, and closes it when the spool is empty", async () => {
  let spool = used();
  const look = watchSpool(db(), openKnownChannels(folder), () => spool);
  for (const seconds of [0, 15]) await look(at(seconds));
  for (const seconds of [16, 31]) await evaluate(db(), readers, at(seconds));
  await look(at(40));
  await sendDue(db());
  expect(sent()).toEqual(["alert.opened"]);
  spool = unused();
  await look(at(45));
  await evaluate(db(), readers, at(60));
  expect(await db().select().from(alerts)).toMatchObject([{ kind: "spool", closedAt: null }]);
  for (const seconds of [101, 120]) await evaluate(db(), readers, at(seconds));
  await sendDue(db());
  expect(sent()).toEqual(["alert.opened", "alert.closed"]);
});

test("what was told without the database is in its history afterwards, and is not told again", async () => {
  const known = openKnownChannels(folder);
  await known.refresh(db());
  const way = await aWay();
  const look = watchSpool(way.pool, known, used);
  await way.cut();
  for (const seconds of [0, 15]) await look(at(seconds));
  expect(sent()).toEqual(["alert.opened"]);
  await way.mend();
  await expect.poll(() => look(at(20)).then(() => db().select().from(alerts))).toHaveLength(1);
  await evaluate(db(), readers, at(25));
  await sendDue(db());
  expect(sent()).toEqual(["alert.opened"]);
  const [send] = await db().select().from(alertSends);
  expect(send).toMatchObject({ id: got[0]?.id, transition: "opened", attempts: 1, nextAt: null });
  await evaluate(db(), readers, at(100));
  await sendDue(db());
  expect(sent()).toEqual(["alert.opened", "alert.closed"]);
  await closeDb(way.pool);
  await way.cut();
});

test("a spool that is half full is a second alert, and a muted kind is told to nobody", async () => {
  const known = openKnownChannels(folder);
  await known.refresh(db());
  const look = watchSpool(away, known, () => ({ ...used(), bytes: 600 * 1024 ** 2 }));
  for (const seconds of [0, 15]) await look(at(seconds));
  expect(got.map(({ title }) => title.slice(0, 22)).sort()).toEqual([
    "The database has not t",
    "The disk space for web",
  ]);
  await mute(db(), { kind: "spool", hours: 1 }, "Anna");
  await known.refresh(db());
  expect(known.list()).toEqual([]);
});
