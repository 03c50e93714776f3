import { verify } from "@node-rs/argon2";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { closeDoor, type Door, openDoor } from "../door/open-door.ts";
import { receive } from "../door/receive.ts";
import { makeSite } from "../push/testing.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { seal, sha256 } from "../secrets.ts";
import { collect } from "./collect.ts";
import { makePasswordLink, usePasswordLink } from "./password-links.ts";
import { runSync } from "./run.ts";

const mails: string[] = [];
let refuseMail = false;
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onData(stream, _session, done) {
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk;
    });
    stream.on("end", () => {
      if (refuseMail) return done(new Error("mailbox full"));
      mails.push(text);
      done();
    });
  },
});

let database: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let door: Door;
let connectionId: string;
const key = "rck_0123456789abcdefghijklmnop";
const eventKey = "rck_events6789abcdefghijklmnop";
const db = () => database.db;

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const address = smtp.server.address();
  process.env.SMTP_URL = `smtp://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  process.env.PUBLIC_URL = "https://hooks.example";
  sandbox = await startSandbox({ callsPerSecond: 0 });
  database = await testDatabase();
  door = openDoor(db());
});
afterAll(async () => {
  await closeDoor(door);
  await database.close();
  await sandbox.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

let number = 0;
async function fresh(given: Parameters<typeof makeConnection>[1] = {}): Promise<void> {
  number += 1;
  await db()
    .$client`truncate deliveries, inbox, outcomes, syncs, members, access_keys, connections, budgets cascade`;
  await db().$client`delete from graphile_worker._private_jobs`;
  sandbox.control.reset();
  mails.length = 0;
  refuseMail = false;
  const connection = await makeConnection(db(), {
    number,
    baseUrl: sandbox.url,
    credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
    ...given,
  });
  connectionId = connection.id;
  await makeAccessKey(db(), { connectionId, hash: sha256(key), number: number * 2 });
  await makeAccessKey(db(), { connectionId, hash: sha256(eventKey), number: number * 2 + 1 });
  await db().$client`select pg_notify('rollcall_keys', '')`;
  await expect.poll(async () => (await door.keys.find(key))?.connectionId).toBe(connectionId);
}
beforeEach(() => fresh());

const post = (target: string, body: string) =>
  receive(door, {
    method: "POST",
    target: target.replace("KEY", key),
    headers: [],
    contentType: "application/x-www-form-urlencoded",
    remoteAddress: "203.0.113.24",
    body: async () => ({ bytes: Buffer.from(body), problem: null }),
  });

/** Collects all that was answered so far. */
async function collectAll(): Promise<void> {
  while ((await collect(db())) > 0);
}

/** Collects and runs what waits, as the worker does, with every waiting contact at once. */
async function work(): Promise<void> {
  await collectAll();
  const refs = await db().$client<{ connectionId: string; contactRef: string }[]>`
    select distinct connection_id as "connectionId", contact_ref as "contactRef" from outcomes
    where status = 'queued' or (status = 'failed' and next_retry_at <= now())`;
  await db().$client`delete from graphile_worker._private_jobs`;
  await Promise.all(refs.map((ref) => runSync(db(), ref, "worker-a")));
}
const log = () => db().$client`
  select contact_id, action, status, reason, detail, attempts, next_retry_at, sync_ms, hop from outcomes order by delivery_id`;
const people = () => db().$client`
  select m.*, (select count(*)::int from member_contacts l where l.member_id = m.id) as links from members m order by email`;
const member = async () => (await people())[0];
const contact = (id: number) => {
  const found = sandbox.state.contacts.get(id);
  if (!found) throw new Error(`no contact ${id}`);
  return found;
};

test("a member whom a site must hear of ends at the sites", async () => {
  await makeSite(db(), { url: "http://127.0.0.1:9/" });
  await post("/hooks/KEY/add", "contact[id]=1");
  await work();
  await db().$client`delete from destinations`;
  expect(await log()).toMatchObject([{ status: "running", hop: "sites" }]);
});

describe("add", () => {
  test("makes the member with tags, fields, default role and a password", async () => {
    sandbox.control.edit([1], { addTags: ["VIP"], fields: { CITY: "Malmö" } });
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    expect(await log()).toMatchObject([
      { status: "synced", detail: "new member", attempts: 1, reason: null, hop: "member" },
    ]);
    const made = await member();
    expect(made).toMatchObject({
      email: contact(1).email,
      login: contact(1).email,
      role: "subscriber",
      first_name: "Anna",
      links: 1,
    });
    expect(made?.tags).toContain("VIP");
    expect(made?.fields.city).toBe("Malmö");
    expect(made?.password_hash).toMatch(/^\$argon2id\$/);
  });

  test("takes the role from the mapped field, then the URL, then the connection, and never a protected one from a field", async () => {
    await fresh({ fieldMap: [{ from: "site_role", to: "role" }] });
    sandbox.control.edit([1], { fields: { SITE_ROLE: "Gold Member" } });
    sandbox.control.edit([3], { fields: { SITE_ROLE: "Administrator" } });
    sandbox.control.edit([2, 4], { fields: { SITE_ROLE: "" } });
    for (const id of [1, 2, 3]) await post("/hooks/KEY/add?role=customer", `contact[id]=${id}`);
    await post("/hooks/KEY/add", "contact[id]=4");
    await work();
    const byEmail = Object.fromEntries((await people()).map((row) => [row.email, row.role]));
    expect([1, 2, 3, 4].map((id) => byEmail[contact(id).email])).toEqual([
      "gold-member",
      "customer",
      "customer",
      "subscriber",
    ]);
    const [run] = await db().$client`select steps from syncs where contact_ref = '3'`;
    expect(run?.steps).toContainEqual(expect.objectContaining({ status: "warn", reason: "role_refused" }));
  });

  test("honours user name and password of the contact, and returns neither", async () => {
    await fresh({
      fieldMap: [
        { from: "workshop", to: "user_login" },
        { from: "%MEMBER_PASSWORD%", to: "user_pass" },
      ],
      returnPasswordField: "member_password",
    });
    sandbox.control.edit([1], { fields: { WORKSHOP: "anna_l", MEMBER_PASSWORD: "from the CRM 7" } });
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    const made = await member();
    expect(made?.login).toBe("anna_l");
    expect(await verify(made?.password_hash, "from the CRM 7")).toBe(true);
    expect(made?.fields).not.toHaveProperty("member_password");
    expect(await db().$client`select * from pending_passwords`).toHaveLength(0);
  });

  test("links a member who is there under the same e-mail, whatever its letter case, and keeps the password", async () => {
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    const before = await member();
    await db().$client`delete from member_contacts`;
    await db().$client`update members set email = upper(email)`;
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    const after = await people();
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({
      id: before?.id,
      password_hash: before?.password_hash,
      links: 1,
      email: contact(1).email,
    });
  });

  test("never makes a duplicate when two connections meet one person at the same moment", async () => {
    const other = await makeConnection(db(), {
      number: 900 + number,
      baseUrl: sandbox.url,
      credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
    });
    const ids = Array.from({ length: 20 }, (_, at) => at + 1);
    for (const id of ids) await post("/hooks/KEY/add", `contact[id]=${id}`);
    await collectAll();
    await db()
      .$client`insert into outcomes select gen_random_uuid(), received_at, ${other.id}, key_id, dialect, action, trigger,
      contact_ref, contact_id, email, name, params, status, reason, detail, hop, attempts, attempts_before, next_retry_at,
      duplicate_of, sync_ids, member_id, retry_id, collected_at, finished_at, sync_ms, waited_ms from outcomes`;
    await work();
    const all = await people();
    expect(all).toHaveLength(20);
    expect(all.every((row) => row.links === 2)).toBe(true);
    expect((await log()).every((row) => row.status === "synced" || row.status === "skipped")).toBe(true);
  });

  test("reads many contacts in few calls where the account answers the sideload", async () => {
    for (let id = 1; id <= 25; id++) await post("/hooks/KEY/add", `contact[id]=${id}`);
    await work();
    expect(await people()).toHaveLength(25);
    expect(sandbox.control.calls().total).toBeLessThanOrEqual(12);
  });

  test("works by the documented calls where it does not", async () => {
    sandbox.control.settings({ sideload: false });
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    expect((await member())?.tags.length).toBe(contact(1).tags.size);
    await expect
      .poll(async () => (await db().$client`select sideload from connections`)[0]?.sideload)
      .toBe("no");
  });
});

describe("update and update_tags", () => {
  test("change a member who is there and make nobody", async () => {
    await post("/hooks/KEY/update", "contact[id]=2");
    await work();
    expect(await log()).toMatchObject([{ status: "skipped", reason: "no_such_member", hop: "member" }]);
    expect(await people()).toHaveLength(0);
  });

  test("update_tags brings the tags and leaves the fields", async () => {
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    sandbox.control.edit([1], { fields: { CITY: "Elsewhere" }, addTags: ["Lapsed"] });
    await post("/hooks/KEY/update_tags", "contact[id]=1");
    await work();
    const after = await member();
    expect(after?.tags).toContain("Lapsed");
    expect(after?.fields.city).not.toBe("Elsewhere");
    await post("/hooks/KEY/update", "contact[id]=1");
    await work();
    expect((await member())?.fields.city).toBe("Elsewhere");
  });

  test("the last tag and a cleared field go, while an empty or failed answer takes nothing away", async () => {
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    const before = await member();
    for (const fault of ["empty", "captcha", "500", "soft-failure"] as const) {
      sandbox.control.fault(fault, 2);
      await post("/hooks/KEY/update", "contact[id]=1");
      await work();
      const { tags, fields } = (await member()) ?? {};
      expect({ tags, fields }).toEqual({ tags: before?.tags, fields: before?.fields });
      sandbox.control.clearFaults();
    }
    sandbox.control.edit([1], { removeTags: before?.tags, fields: { CITY: "" } });
    await post("/hooks/KEY/update", "contact[id]=1");
    await work();
    expect((await member())?.tags).toEqual([]);
    expect((await member())?.fields.city ?? "").toBe("");
  });

  test("follow a changed e-mail address, and stop where another member has it", async () => {
    for (const id of [1, 2]) await post("/hooks/KEY/add", `contact[id]=${id}`);
    await work();
    sandbox.control.edit([1], { email: "new@place.example" });
    await post("/hooks/KEY/update", "contact[id]=1");
    await work();
    expect((await people()).map((row) => row.email)).toContain("new@place.example");
    contact(1).email = contact(2).email;
    await post("/hooks/KEY/update", "contact[id]=1");
    await work();
    expect((await log()).at(-1)).toMatchObject({
      status: "dead",
      reason: "email_taken",
      detail: contact(2).email,
    });
  });

  test("deleted and unknown contacts are skipped with their reason", async () => {
    await post("/hooks/KEY/add", "contact[id]=5");
    await work();
    sandbox.control.remove(5);
    await post("/hooks/KEY/update", "contact[id]=5");
    await post("/hooks/KEY/update", "contact[id]=99999");
    await work();
    const rows = await log();
    expect(rows[1]).toMatchObject({ status: "skipped" });
    expect(["contact_deleted", "contact_missing"]).toContain(rows[1]?.reason);
    expect(rows[2]).toMatchObject({ status: "skipped", reason: "contact_missing", hop: "crm" });
    expect((await member())?.email).not.toMatch(/^deleted\+/);
  });
});

describe("passwords and mail", () => {
  beforeEach(() => fresh({ returnPasswordField: "member_password" }));
  const written = (id: number) => [...contact(id).fieldValues.values()].map((field) => field.value);

  test("a generated password reaches the chosen field, is read back, and is erased here", async () => {
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    const made = await member();
    const password = written(1).find((value) => /^[A-HJ-NP-Za-km-np-z2-9]{16}$/.test(value));
    expect(password).toBeDefined();
    expect(await verify(made?.password_hash, password ?? "")).toBe(true);
    expect(await db().$client`select * from pending_passwords`).toHaveLength(0);
    expect(JSON.stringify(made?.fields)).not.toContain(password);
  });

  test("a password that cannot be returned waits sealed, and a retry returns the same one", async () => {
    sandbox.control.fault("500", 5, "fieldValues");
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    expect((await log())[0]).toMatchObject({ status: "failed", reason: "crm_server_error" });
    const hash = (await member())?.password_hash;
    expect(await db().$client`select * from pending_passwords`).toHaveLength(1);
    sandbox.control.clearFaults();
    await db().$client`update outcomes set next_retry_at = now()`;
    await work();
    expect((await log())[0]).toMatchObject({ status: "synced", detail: "password returned", attempts: 2 });
    expect((await member())?.password_hash).toBe(hash);
    expect(await db().$client`select * from pending_passwords`).toHaveLength(0);
  });

  test("a password that was sealed under another key ends with that, is kept, and gives way to a chosen one", async () => {
    sandbox.control.fault("500", 5, "fieldValues");
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    sandbox.control.clearFaults();
    const elsewhere = seal("the key of another server", "not for this one");
    await db().$client`update pending_passwords set sealed = ${elsewhere}`;
    await db().$client`update outcomes set next_retry_at = now()`;
    await work();
    expect((await log())[0]).toMatchObject({
      status: "dead",
      reason: "password_locked",
      next_retry_at: null,
    });
    expect(await db().$client`select * from pending_passwords`).toHaveLength(1);
    const [run] = await db().$client`select steps from syncs where finished_at is not null order by id desc`;
    expect(run?.steps).toContainEqual(
      expect.objectContaining({ name: "password returned", status: "failed", reason: "password_locked" }),
    );

    const token = await makePasswordLink(db(), (await member())?.id);
    await usePasswordLink(db(), token, "chosen by the member");
    await db().$client`update outcomes set status = 'queued'`;
    await work();
    expect((await log())[0]).toMatchObject({ status: "skipped", reason: "no_change" });
  });

  test("a password whose field was deleted meanwhile is kept, and reaches the one that is made anew", async () => {
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    const { fields } = sandbox.state;
    const field = fields.get(4);
    fields.delete(4);
    await post("/hooks/KEY/add", "contact[id]=2");
    await work();
    expect((await log())[1]).toMatchObject({ status: "dead", reason: "password_field_missing" });
    expect(await db().$client`select * from pending_passwords`).toHaveLength(1);
    if (field) fields.set(40, { ...field, id: 40 });
    await db().$client`update outcomes set status = 'queued' where status = 'dead'`;
    await work();
    expect((await log())[1]).toMatchObject({ status: "synced", detail: "password returned" });
    expect(contact(2).fieldValues.get(40)?.value).toMatch(/^[A-HJ-NP-Za-km-np-z2-9]{16}$/);
    expect(await db().$client`select * from pending_passwords`).toHaveLength(0);
  });

  test("a contact that is deleted before its password comes keeps nothing from the new member", async () => {
    sandbox.control.settings({ latencyMs: 400 });
    await post("/hooks/KEY/add?send_notification=true", "contact[id]=1");
    const working = work();
    const isWriting = () =>
      sandbox.state.calls.some((call) => call.method === "POST" && call.path === "fieldValues");
    await expect.poll(isWriting, { interval: 5 }).toBe(true);
    sandbox.control.forget(1);
    await working;
    expect((await log())[0]).toMatchObject({ status: "synced" });
    expect(mails).toHaveLength(1);
    expect(await db().$client`select * from pending_passwords`).toHaveLength(0);
    const [run] = await db().$client`select steps from syncs`;
    expect(run?.steps).toContainEqual(
      expect.objectContaining({ name: "password returned", status: "warn", reason: "contact_missing" }),
    );
  });

  test("the welcome mail goes out once, with a link instead of a password", async () => {
    refuseMail = true;
    await post("/hooks/KEY/add?send_notification=true", "contact[id]=1");
    await work();
    expect((await log())[0]).toMatchObject({ status: "failed", reason: "smtp_failed" });
    refuseMail = false;
    await db().$client`update outcomes set next_retry_at = now()`;
    await work();
    await post("/hooks/KEY/add?send_notification=true", "contact[id]=1");
    await work();
    expect((await log()).map((row) => row.status)).toEqual(["synced", "skipped"]);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.replace(/=\r\n/g, "")).toContain("https://hooks.example/set-password/");
    for (const value of written(1)) if (value.length === 16) expect(mails[0]).not.toContain(value);
  });
});

describe("events", () => {
  const event = (id: number) =>
    `type=update&date_time=2026-07-17T22%3A01%3A25-05%3A00&initiated_from=admin&initiated_by=admin&list=0&contact[id]=${id}`;

  test("update who is there; they make somebody only where the owner turned that on", async () => {
    await fresh({ mode: "event" });
    await post("/hooks/KEY/add", event(1));
    await work();
    expect((await log())[0]).toMatchObject({ status: "skipped", reason: "no_such_member" });
    await fresh({ mode: "event", createOnEvent: true });
    await post("/hooks/KEY/update", event(1));
    await work();
    expect((await log())[0]).toMatchObject({ status: "synced", detail: "new member" });
  });
});

describe("failures", () => {
  test("that may pass are tried again later, those that cannot wait for a person", async () => {
    sandbox.control.fault("500", 3);
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    const [failed] = await log();
    expect(failed).toMatchObject({ status: "failed", reason: "crm_server_error", attempts: 1, hop: "crm" });
    expect(Date.parse(failed?.next_retry_at)).toBeGreaterThan(Date.now());
    const [job] = await db()
      .$client`select run_at > now() as later from graphile_worker.jobs where task_identifier = 'sync'`;
    expect(job?.later).toBe(true);
    sandbox.control.clearFaults();
    sandbox.control.settings({ apiToken: "another" });
    await post("/hooks/KEY/add", "contact[id]=2");
    await work();
    expect((await log())[1]).toMatchObject({ status: "dead", reason: "crm_token_refused" });
    sandbox.control.settings({ apiToken: sandbox.apiToken });
  });

  test("end after the last try, with the history kept", async () => {
    await post("/hooks/KEY/add", "contact[id]=1");
    await work();
    await db().$client`update outcomes set status = 'queued', attempts = 11, attempts_before = 0`;
    sandbox.control.fault("500", 3);
    await work();
    expect((await log())[0]).toMatchObject({ status: "dead", attempts: 12, next_retry_at: null });
    const [row] = await db().$client`select cardinality(sync_ids) as runs from outcomes`;
    expect(row?.runs).toBe(2);
  });

  test("a delivery that comes while its contact is being read is run once more", async () => {
    await post("/hooks/KEY/add", "contact[id]=1");
    await collectAll();
    sandbox.control.settings({ latencyMs: 300 });
    const running = runSync(db(), { connectionId, contactRef: "1" }, "worker-a");
    await expect.poll(() => sandbox.control.calls().total).toBeGreaterThan(0);
    await post("/hooks/KEY/update", "contact[id]=1");
    await collectAll();
    await runSync(db(), { connectionId, contactRef: "1" }, "worker-b");
    expect((await log()).map((row) => row.status)).toEqual(["running", "queued"]);
    await running;
    const jobs = await db()
      .$client`select 1 from graphile_worker.jobs where task_identifier = 'sync' and run_at <= now()`;
    expect(jobs).toHaveLength(1);
    sandbox.control.settings({ latencyMs: 0 });
    await work();
    expect((await log()).map((row) => row.status)).toEqual(["synced", "skipped"]);
  });
});
