import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { asc } from "drizzle-orm";
import { SMTPServer } from "smtp-server";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { closeDb, type Db, openDb } from "#db/client.ts";
import { alertChannels, alertSends, alerts } from "#db/schema/alerts.ts";
import { testDatabase } from "#db/testing.ts";
import {
  createChannel,
  listChannels,
  patchChannel,
  removeChannel,
  testChannel,
} from "../../console/alert-channels.ts";
import { listAlerts } from "../../console/alerts.ts";
import type { Condition } from "./condition.ts";
import { evaluate } from "./evaluate.ts";
import { sendDue } from "./outbox.ts";

type Got = { url: string; headers: Record<string, string>; body: string };

let database: Awaited<ReturnType<typeof testDatabase>>;
let other: Db;
let receiver: Server;
let base: string;
let status = 200;
const got: Got[] = [];
const mails: string[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onData(stream, _session, done) {
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk;
    });
    stream.on("end", () => {
      mails.push(text);
      done();
    });
  },
});
const db = () => database.db;
const start = Date.UTC(2026, 10, 20, 12);
const at = (seconds: number) => new Date(start + seconds * 1000);

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  got.push({ url: request.url ?? "", headers, body: Buffer.concat(chunks).toString("utf8") });
  response.writeHead(status).end();
}

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const mailAddress = smtp.server.address();
  process.env.SMTP_URL = `smtp://127.0.0.1:${typeof mailAddress === "object" ? mailAddress?.port : 0}`;
  process.env.PUBLIC_URL = "https://hooks.example";
  receiver = createServer((request, response) => void receive(request, response)).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const address = receiver.address();
  base = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  database = await testDatabase();
  other = openDb(database.url);
});
afterAll(async () => {
  await closeDb(other);
  await database.close();
  receiver.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});
beforeEach(async () => {
  status = 200;
  got.length = 0;
  mails.length = 0;
  await db().$client`truncate alerts, alert_sends, alert_channels, alert_mutes cascade`;
});

const late: Condition = {
  kind: "work_late",
  key: "work_late",
  connectionId: null,
  level: "bad",
  text: {
    title: "Webhooks wait at the queue: <5 & more>.",
    safe: "Nothing is lost.",
    remedy: "Start a worker.",
    path: "/",
    action: "Open the overview",
  },
};
async function open(): Promise<void> {
  for (const seconds of [0, 60]) await evaluate(db(), { work_late: async () => [late] }, at(seconds));
}
const close = () => evaluate(db(), { work_late: async () => [] }, at(600));
const slack = () =>
  createChannel(db(), { kind: "slack", name: "Team", url: `${base}/slack`, alertKinds: null }, "Anna");
const http = () =>
  createChannel(db(), { kind: "http", name: "Pager", url: `${base}/http`, alertKinds: null }, "Anna");
const sends = () => db().select().from(alertSends).orderBy(asc(alertSends.id));
/** Lets every message be due now, as if the time until its next try had passed. */
const wait = () => db().$client`update alert_sends set next_at = now() where next_at is not null`;

test("a message in the HTTP form is verified with the secret that was shown once", async () => {
  const { secret } = await http();
  expect((await listChannels(db())).items[0]).not.toHaveProperty("secret");
  await open();
  await sendDue(db());
  expect(got).toHaveLength(1);
  const [sent] = got;
  const body = new Webhook(secret ?? "").verify(sent?.body ?? "", sent?.headers ?? {});
  expect(body).toMatchObject({
    type: "alert.opened",
    timestamp: at(60).toISOString(),
    data: { kind: "work_late", level: "bad", title: late.text.title, url: "https://hooks.example/" },
  });
  expect(sent?.headers["webhook-id"]).toBe((await sends())[0]?.id);
});

test("Slack gets text and blocks, with its own signs escaped", async () => {
  await slack();
  await open();
  await close();
  await sendDue(db());
  const bodies = got.map(({ body }) => JSON.parse(body));
  expect(bodies[0].text).toBe(":red_circle: Webhooks wait at the queue: &lt;5 &amp; more&gt;.");
  expect(bodies[0].blocks.at(-1).text.text).toBe("<https://hooks.example/|Open the overview>");
  expect(bodies[1].text).toBe(
    ":white_check_mark: Over after 9 min: Webhooks wait at the queue: &lt;5 &amp; more&gt;.",
  );
});

test("mail goes to everybody on the channel, in one conversation with the mail server", async () => {
  const to = ["anna@x.example", "ben@x.example"];
  await createChannel(db(), { kind: "email", name: "Us", to, alertKinds: null }, "Anna");
  await open();
  await sendDue(db());
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatch(/^To: anna@x.example, ben@x.example/m);
  expect(mails[0]).toMatch(/^Subject: Work waits too long: Webhooks wait at the queue/m);
  expect(mails[0]).toContain("Open the overview:\r\nhttps://hooks.example/");
  expect(mails[0]).toContain(`Message-ID: <${(await sends())[0]?.id}@hooks.example>`);
});

test("a channel that is down is tried again under the same id, and told in order when it is back", async () => {
  await http();
  status = 503;
  await open();
  await sendDue(db());
  await close();
  await wait();
  await sendDue(db());
  const [channel] = (await listChannels(db())).items;
  expect(channel).toMatchObject({ lastError: `${new URL(base).host} answered 503.`, waiting: 2 });
  expect(channel?.failingSince).not.toBeNull();
  status = 200;
  await wait();
  await sendDue(db());
  expect(got.map(({ body }) => JSON.parse(body).type)).toEqual([
    "alert.opened",
    "alert.opened",
    "alert.opened",
    "alert.closed",
  ]);
  expect(new Set(got.slice(0, 3).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect((await listChannels(db())).items[0]).toMatchObject({
    lastError: null,
    failingSince: null,
    waiting: 0,
  });
  const { items } = await listAlerts(db(), { state: "closed", limit: 10 });
  expect(items[0]?.sends).toMatchObject([
    { transition: "opened", state: "sent", attempts: 3, channelName: "Pager" },
    { transition: "closed", state: "sent", attempts: 1 },
  ]);
});

test("a channel that never comes back is given up, and the page can say so", async () => {
  await slack();
  status = 500;
  await open();
  for (let tries = 0; tries < 12; tries += 1) {
    await wait();
    await sendDue(db());
  }
  const { items } = await listAlerts(db(), { state: "open", limit: 10 });
  expect(items[0]?.sends).toMatchObject([{ state: "failed", attempts: 10 }]);
  expect(got).toHaveLength(10);
});

test("senders in many processes send each message once, and a message whose sender died is sent by another", async () => {
  await slack();
  await http();
  await open();
  await Promise.all([db(), other, db(), other].map((one) => sendDue(one)));
  expect(got.map(({ url }) => url).sort()).toEqual(["/http", "/slack"]);
  await close();
  await db()
    .$client`update alert_sends set claimed_until = now() + interval '1 minute' where next_at is not null`;
  await sendDue(db());
  expect(got).toHaveLength(2);
  await db()
    .$client`update alert_sends set claimed_until = now() - interval '1 second' where next_at is not null`;
  await sendDue(other);
  expect(got).toHaveLength(4);
});

test("a test sends a real message now, and says what became of it", async () => {
  const { id } = await http();
  expect(await testChannel(db(), id, "Anna")).toMatchObject({ sent: true, error: null });
  expect(JSON.parse(got[0]?.body ?? "").data.title).toContain("This is a test of the alert channel Pager.");
  status = 404;
  const failed = await testChannel(db(), id, "Anna");
  expect(failed).toMatchObject({ sent: false, error: `${new URL(base).host} answered 404.` });
  expect((await listChannels(db())).items[0]?.lastError).toBe(failed.error);
  expect(await sendDue(db())).toBe(0);
});

test("outgoing calls reach vetted addresses only", async () => {
  const given = { kind: "slack" as const, name: "Inside", alertKinds: null };
  const { id } = await createChannel(db(), { ...given, url: "http://169.254.169.254/x" }, "Anna");
  const { error } = await testChannel(db(), id, "Anna");
  expect(error).toBe(
    "169.254.169.254 is an address that outgoing calls may not reach. OUTBOUND_ALLOW can allow it.",
  );
});

test("a changed channel keeps what was not changed; a new secret replaces the old one; secrets lie sealed", async () => {
  const made = await http();
  const moved = await patchChannel(db(), made.id, { url: `${base}/new`, newSecret: true }, "Anna");
  expect(moved.secret).toMatch(/^whsec_/);
  expect(moved.secret).not.toBe(made.secret);
  await patchChannel(db(), made.id, { name: "Pager two", alertKinds: ["silence"] }, "Anna");
  await testChannel(db(), made.id, "Anna");
  expect(got[0]?.url).toBe("/new");
  new Webhook(moved.secret ?? "").verify(got[0]?.body ?? "", got[0]?.headers ?? {});
  const [row] = await db().select().from(alertChannels);
  expect(row?.sealed.toString("latin1")).not.toContain("whsec");
  await expect(patchChannel(db(), made.id, { to: ["a@x.example"] }, "Anna")).rejects.toMatchObject({
    code: "invalid",
  });
});

test("a channel that is turned off or removed is told nothing more", async () => {
  const first = await slack();
  const second = await http();
  await open();
  await patchChannel(db(), first.id, { enabled: false }, "Anna");
  await removeChannel(db(), second.id, "Anna");
  await sendDue(db());
  await close();
  await sendDue(db());
  expect(got).toEqual([]);
  expect(await db().select().from(alerts)).toHaveLength(1);
  await expect(removeChannel(db(), second.id, "Anna")).rejects.toMatchObject({ code: "not_found" });
});
