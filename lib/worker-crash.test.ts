import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { verify } from "@node-rs/argon2";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { closeDoor, type Door, openDoor } from "./door/open-door.ts";
import { receive } from "./door/receive.ts";
import { endServerProcesses, startServerProcess } from "./fixtures/server-process.ts";
import { type Sandbox, startSandbox } from "./sandbox/sandbox.ts";
import { seal, sha256 } from "./secrets.ts";
import { recover } from "./sync/recover.ts";
import { runSync } from "./sync/run.ts";

const key = "rck_0123456789abcdefghijklmnop";
let copy: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let door: Door;

/** Moments at which the mail server says nothing until it is let to, and those that it has reached. */
const silentAt = new Set<string>();
const reached = new Map<string, () => void>();
const mails: { to: string; text: string }[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onRcptTo({ address }, _session, done) {
    reached.set(`recipient ${address}`, done);
    if (!silentAt.has(`recipient ${address}`)) done();
  },
  onData(stream, { envelope }, done) {
    const to = envelope.rcptTo[0]?.address ?? "";
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk;
    });
    stream.on("end", () => {
      mails.push({ to, text });
      reached.set(`taken ${to}`, done);
      if (!silentAt.has(`taken ${to}`)) done();
    });
  },
});
let mailUrl = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  smtp.on("error", () => undefined);
  const address = smtp.server.address();
  mailUrl = `smtp://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  copy = await testDatabase();
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 40 });
  const { id: connectionId } = await makeConnection(copy.db, {
    baseUrl: sandbox.url,
    credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
    returnPasswordField: "member_password",
    sideload: "no",
  });
  await makeAccessKey(copy.db, { connectionId, hash: sha256(key) });
  door = openDoor(copy.db, mkdtempSync(path.join(tmpdir(), "rollcall-spool-")));
});
afterAll(async () => {
  await endServerProcesses();
  await closeDoor(door);
  await sandbox.close();
  await copy.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const startWorker = () => startServerProcess("worker", copy.url, { SMTP_URL: mailUrl });
const send = async (contactId: number, action: string, query = "") => {
  const answer = await receive(door, {
    method: "POST",
    target: `/hooks/${key}/${action}${query}`,
    headers: [],
    contentType: "application/x-www-form-urlencoded",
    remoteAddress: "203.0.113.24",
    body: async () => ({ bytes: Buffer.from(`contact[id]=${contactId}`), problem: null }),
  });
  expect(answer.status).toBe(200);
};
const counted = async (condition: string) => {
  const [row] = await copy.db.$client.unsafe(`select count(*)::int as count from ${condition}`);
  return Number(row?.count);
};
const eventually = (value: () => Promise<unknown> | unknown) =>
  expect.poll(async () => value(), { interval: 20 });

const contact = (id: number) => {
  const found = sandbox.state.contacts.get(id);
  if (!found) throw new Error(`no contact ${id}`);
  return found;
};
const calls = (method: string, what: string) =>
  sandbox.state.calls.filter((call) => call.method === method && call.path === what).length;
/** The passwords that were written to a contact, every time. */
const passwordsOf = (id: number) =>
  sandbox.state.writes
    .map(({ body }) => Object(body.fieldValue))
    .filter((value) => Number(value.contact) === id)
    .map((value) => String(value.value));
/** How many statements of the worker wait for a lock. */
const blocked = () =>
  counted(
    "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and application_name like 'rollcall%'",
  );

/** A transaction of this test that a worker runs into; the returned function ends it without a trace. */
async function standInTheWay(statement: string): Promise<() => Promise<void>> {
  let leave: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    leave = resolve;
  });
  let inTheWay: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    inTheWay = resolve;
  });
  const over = copy.db.$client
    .begin(async (sql) => {
      await sql.unsafe(statement);
      inTheWay();
      await held;
      throw new Error("rolled back");
    })
    .catch(() => undefined);
  await ready;
  return async () => {
    leave();
    await over;
  };
}

test("a worker killed at any step loses nothing and repeats nothing that anybody would notice", async () => {
  const everyone = [1, 2, 3, 4, 5, 6, 7];
  const moments = [`recipient ${contact(5).email}`, `taken ${contact(6).email}`, `taken ${contact(7).email}`];
  for (const moment of moments) silentAt.add(moment);
  const worker = await startWorker();

  // Contact 3 stops between the member's commit and the password, 4 between the password and its reading back.
  sandbox.control.fault("hang", 1, "fieldValues");
  await send(3, "add");
  await eventually(() => calls("POST", "fieldValues")).toBe(1);
  sandbox.control.settings({ latencyMs: 700 });
  await send(4, "add");
  await eventually(() => passwordsOf(4).length).toBe(1);
  sandbox.control.fault("hang", 1, "contacts/4");
  sandbox.control.settings({ latencyMs: 0 });
  // 5 and 6 in the middle of the mail, before and after its last byte; 2 before the commit, 1 before it is read.
  for (const id of [5, 6, 7]) await send(id, "add", "?send_notification=true");
  const sameLogin =
    await standInTheWay(`insert into members (id, email, login, role, first_name, last_name, tags, fields)
    values (gen_random_uuid(), 'somebody@example.com', '${contact(2).email}', 'subscriber', '', '', '{}', '{}')`);
  await send(2, "add");
  sandbox.control.fault("hang", 1, "contacts/1");
  await send(1, "add");
  await eventually(() => calls("GET", "contacts/1")).toBe(1);
  await eventually(() => moments.filter((moment) => reached.has(moment))).toEqual(moments);
  await eventually(blocked).toBe(1);
  // 7 before its run is closed: everything else is done.
  const openRuns = await standInTheWay("lock table syncs in share mode");
  reached.get(moments[2] ?? "")?.();
  await eventually(blocked).toBeGreaterThan(1);

  worker.child.kill("SIGKILL");
  silentAt.clear();
  sandbox.control.clearFaults();
  await Promise.all([sameLogin(), openRuns()]);
  await startWorker();

  await eventually(() => counted("outcomes where status in ('synced', 'skipped')")).toBe(everyone.length);
  expect(await counted("members")).toBe(everyone.length);
  expect(await counted("member_changes where changes ->> 'created' = 'true'")).toBe(everyone.length);
  expect(await counted("syncs where finished_at is null")).toBe(0);
  expect(await counted("pending_passwords")).toBe(0);
  expect(await counted("pending_mails")).toBe(0);
  expect(mails.map((mail) => mail.to).sort()).toEqual([5, 6, 7].map((id) => contact(id).email).sort());
  for (const id of everyone) await passwordFits(id);
});

/** What the CRM holds as a contact's password is the member's; it was written at most twice, and always the same. */
async function passwordFits(id: number): Promise<void> {
  const [member] = await copy.db.$client`
    select m.password_hash as hash from members m join member_contacts l on l.member_id = m.id
    where l.contact_id = ${String(id)}`;
  const written = passwordsOf(id);
  expect(written.length).toBeLessThanOrEqual(2);
  expect(new Set(written).size).toBe(1);
  expect(await verify(member?.hash, written[0] ?? "")).toBe(true);
}

test("a worker that was frozen and wakes up overwrites nothing newer", async () => {
  await endServerProcesses();
  const frozen = await startWorker();
  await send(8, "add");
  await eventually(() => counted("outcomes where contact_id = '8' and status = 'synced'")).toBe(1);
  sandbox.control.edit([8], { addTags: ["Old"] });
  sandbox.control.settings({ latencyMs: 1_500 });
  const before = calls("GET", "contacts/8/contactTags");
  await send(8, "update");
  await eventually(() => calls("GET", "contacts/8/contactTags")).toBe(before + 1);
  frozen.child.kill("SIGSTOP");
  await eventually(
    () => sandbox.state.calls.findLast(({ path: what }) => what === "contacts/8/contactTags")?.status,
  ).toBe(200);
  sandbox.control.settings({ latencyMs: 0 });
  // A frozen process keeps its connections; the one that says it lives is lost as by a network that is cut.
  await copy.db.$client`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'rollcall liveness'`;
  sandbox.control.edit([8], { removeTags: ["Old"], addTags: ["New"] });
  const [place] = await copy.db.$client`select id from connections`;
  await eventually(() => recover(copy.db)).toBe(1);
  await runSync(copy.db, { connectionId: place?.id, contactRef: "8" }, "another worker");
  expect(await counted("members where 'New' = any(tags)")).toBe(1);

  frozen.child.kill("SIGCONT");
  await eventually(() => frozen.said()).toContain("sync.lease_lost");
  expect(await counted("members where 'New' = any(tags) and not 'Old' = any(tags)")).toBe(1);
  expect(await counted("syncs where finished_at is null")).toBe(0);
});

test("workers that are told to stop do so within ten seconds, and what they leave is finished by the next", async () => {
  const ids = Array.from({ length: 24 }, (_, at) => at + 10);
  sandbox.control.settings({ latencyMs: 1_200 });
  for (const id of ids) await send(id, "add");
  await eventually(() => counted("outcomes where status = 'running'")).toBeGreaterThan(2);
  for (const { code, ms } of await endServerProcesses()) {
    if (code !== null) expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
  }
  sandbox.control.settings({ latencyMs: 0 });
  await startWorker();
  // Whoever is left says why. A run that was cut off behind its last write leaves nothing to do for the next one.
  const left = () => copy.db.$client`
    select contact_id, status, reason, detail, attempts, next_retry_at from outcomes
    where action = 'add' and contact_id::int >= 10 and status not in ('synced', 'skipped')`;
  await eventually(left).toEqual([]);
  expect(
    await counted("members m join member_contacts l on l.member_id = m.id where l.contact_id::int >= 10"),
  ).toBe(ids.length);
  for (const id of ids) await passwordFits(id);
});
