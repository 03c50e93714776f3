import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Db } from "#db/client.ts";
import { deliveries, outcomes } from "#db/schema/deliveries.ts";
import { memberChanges, memberContacts, members } from "#db/schema/members.ts";
import { users } from "#db/schema/people.ts";
import { erasures } from "#db/schema/retention.ts";
import { syncs } from "#db/schema/syncs.ts";
import { type TestDatabase, testDatabase } from "#db/testing.ts";
import { createErasure, getErasure, previewErasure } from "../console/erase.ts";
import { aConnection, aDelivery } from "../console/testing.ts";
import { uuidv7 } from "../ids.ts";
import { runErasure } from "./erase.ts";
import { eraseOwnDeliveries } from "./erase-pages.ts";
import { findSubject } from "./erase-subject.ts";

let opened: TestDatabase;
let db: Db;
beforeEach(async () => {
  opened = await testDatabase();
  db = opened.db;
});
afterEach(() => opened.close());

const address = "Jane.Doe+vip@Oakline.example";
const before = "jane@old.example";
const name = "Jane Doerthy";

/** Every row of every table of this database as text, bytes read as text too. */
async function dump(): Promise<string> {
  const tables = await db.execute<{ name: string }>(sql`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`);
  const texts: string[] = [];
  for (const { name: table } of tables) {
    const rows = await db.execute<{ text: string }>(sql`select t::text as text from ${sql.raw(table)} t`);
    texts.push(...rows.map((row) => `${table} ${row.text}`));
  }
  const bodies = await db.execute<{ text: string }>(
    sql`select encode(body, 'escape') as text from deliveries`,
  );
  return [...texts, ...bodies.map((row) => row.text)].join("\n").toLowerCase();
}

const traces = (text: string) => {
  const double = encodeURIComponent(encodeURIComponent(address));
  const looked = [address, before, name, encodeURIComponent(address), encodeURIComponent(before), double];
  looked.push("jane+doerthy", "jane%20doerthy", "jane.doe", "doerthy", "9911");
  return looked.map((one) => one.toLowerCase()).filter((one) => text.includes(one));
};

const step = (detail: string) => ({
  name: "Contact loaded",
  hop: "crm" as const,
  status: "done" as const,
  startedAt: new Date().toISOString(),
  ms: 1,
  reason: null,
  detail,
});

/** Jane in every table that can hold her, and Joe, who stays. */
async function fill() {
  const connectionId = await aConnection(db);
  const jane = uuidv7();
  const joe = uuidv7();
  const person = { role: "gold", tags: ["vip"], passwordHash: null };
  await db.insert(members).values([
    {
      ...person,
      id: jane,
      email: address,
      login: "jane.doe",
      firstName: "Jane",
      lastName: "Doerthy",
      fields: { phone: "9911" },
    },
    {
      ...person,
      id: joe,
      email: "joe@oakline.example",
      login: "joe",
      firstName: "Joe",
      lastName: "Roe",
      fields: { sponsor: address, note: `met ${name}` },
    },
  ]);
  await db.insert(memberContacts).values([
    {
      connectionId,
      contactId: "77",
      memberId: jane,
      tags: [],
      fields: { phone: "9911" },
      loadedAt: new Date(),
    },
    { connectionId, contactId: "78", memberId: joe, tags: [], fields: {}, loadedAt: new Date() },
  ]);
  await db.insert(memberChanges).values([
    {
      id: uuidv7(),
      memberId: jane,
      changes: { created: false, email: [before, address], tagsAdded: [], tagsRemoved: [], fields: {} },
    },
    {
      id: uuidv7(),
      memberId: joe,
      changes: { created: false, tagsAdded: [], tagsRemoved: [], fields: { sponsor: [null, address] } },
    },
  ]);
  await db.execute(sql`insert into pending_mails values (${jane}, ${connectionId}, '77', now())`);
  await db.insert(syncs).values({
    id: uuidv7(),
    connectionId,
    contactRef: "77",
    workerId: "w",
    startedAt: new Date(),
    finishedAt: new Date(),
    status: "synced",
    memberId: jane,
    detail: `made ${name}`,
    steps: [step(`${name} <${address}>`)],
    changes: {
      created: true,
      email: [null, address],
      tagsAdded: [],
      tagsRemoved: [],
      fields: { phone: [null, "9911"] },
    },
  });
  await db.insert(syncs).values({
    id: uuidv7(),
    connectionId,
    contactRef: "78",
    workerId: "w",
    startedAt: new Date(),
    finishedAt: new Date(),
    status: "synced",
    memberId: joe,
    steps: [step(`sponsor ${address}`)],
    changes: null,
  });
  const own = { connectionId, contactId: "77", email: address, name };
  const done = { status: "synced", memberId: jane };
  const form = `contact[id]=77&contact[email]=${encodeURIComponent(address)}&contact[first_name]=Jane&contact[last_name]=Doerthy&contact[phone]=9911`;
  await aDelivery(db, { ...own, body: form, outcome: done });
  await aDelivery(db, {
    ...own,
    email: before,
    body: `email=${before}`,
    outcome: { ...done, status: "dead", reason: "internal" },
  });
  await aDelivery(db, {
    ...own,
    email: null,
    name: null,
    query: "phone=9911",
    body: JSON.stringify({ id: 77, who: name }),
    outcome: { ...done, detail: `login jane.doe` },
  });
  const waiting = await aDelivery(db, { ...own, body: form });
  const retried = await aDelivery(db, {
    ...own,
    body: form,
    outcome: { status: "failed", nextRetryAt: new Date(Date.now() + 1e7) },
  });
  await db.execute(sql`select enqueue_sync(${connectionId}, '77', now() + interval '1 hour', 0)`);
  await db.execute(
    sql`select enqueue_sync(${connectionId}, ${`email:${address.toLowerCase()}`}, now() + interval '1 hour', 0)`,
  );
  // Nobody could tell whose these are, but the address is in their bytes.
  const spellings = [
    `e=${encodeURIComponent(address).toUpperCase()}`,
    `{"email":"${address.replace("@", "\\u0040")}"}`,
    `u=${encodeURIComponent(`https://x.example/?e=${encodeURIComponent(address)}`)}`,
    [...address].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(""),
  ];
  for (const body of spellings)
    await aDelivery(db, {
      verdict: "unreadable",
      body,
      headers: [["x-for", address]],
      outcome: { status: "unreadable", hop: "door", detail: address },
    });
  const stays = [
    await aDelivery(db, {
      connectionId,
      contactId: "78",
      email: "joe@oakline.example",
      body: "email=joe%40oakline.example",
      outcome: { status: "synced", memberId: joe },
    }),
    await aDelivery(db, {
      connectionId,
      body: "email=mary-jane.doe%2Bvip%40oakline.example",
      outcome: { status: "synced" },
    }),
    await aDelivery(db, {
      connectionId,
      body: `email=${encodeURIComponent(address)}.au`,
      outcome: { status: "synced" },
    }),
  ];
  await db.execute(sql`insert into audit_log (id, actor, action, target, target_id, details) values
    (${uuidv7()}, 'owner@oakline.example', 'refreshed', 'member', ${jane}, ${JSON.stringify({ email: address, name })}::text::jsonb)`);
  await db.execute(sql`
    insert into drifts (id, connection_id, contact_id, email, member_id, kind, changes, state, found_at) values
      (${uuidv7()}, ${connectionId}, '77', ${address}, ${jane}, 'differs', ${JSON.stringify({ fields: { phone: [null, "9911"] } })}::text::jsonb, 'open', now())`);
  await db.execute(sql`
    insert into alerts (id, kind, key, level, text, first_seen_at, last_seen_at) values
      (${uuidv7()}, 'failures', ${`x:${address}`}, 'bad', ${JSON.stringify({ title: `${name} <${address}>` })}::text::jsonb, now(), now())`);
  await db.execute(sql`insert into retries (id, filter, total, state, actor) values
    (${uuidv7()}, ${JSON.stringify({ email: address })}::text::jsonb, 1, 'done', 'owner@oakline.example')`);
  return { connectionId, jane, joe, stays, waiting, retried };
}

/** Begins an erasure and leaves out the job that its worker would run. */
const begin = async (confirm = address) =>
  createErasure(db, { email: "jane.doe+VIP@oakline.example", confirm }, "owner@oakline.example");

test("an erasure leaves no trace of address, name or fields in any table, and nobody else loses theirs", async () => {
  const { joe, stays, waiting, retried } = await fill();
  expect(traces(await dump()).length).toBeGreaterThan(6);
  const preview = await previewErasure(db, { email: address });
  expect(preview).toMatchObject({ complete: true, consoleUser: false, confirm: address.toLowerCase() });
  expect(preview.emails).toEqual(expect.arrayContaining([address.toLowerCase(), before]));
  const { id } = await begin();
  await runErasure(db, id);
  // The three that stay hold longer addresses of other people.
  await db.execute(sql`delete from deliveries where id in ${stays.slice(1)}`);
  expect(traces(await dump())).toEqual([]);
  const done = await getErasure(db, id);
  expect(done).toMatchObject({ state: "done", progress: 1 });
  expect(done.counts.deliveries).toBe(9);
  expect(done.counts.deliveries).toBe(preview.counts.deliveries);
  expect(done.counts).toMatchObject({
    members: 2,
    member_contacts: 1,
    member_changes: 2,
    pending_mails: 1,
    syncs: 2,
  });
  const rows = await db.select().from(outcomes);
  expect(rows.find((row) => row.deliveryId === retried)).toMatchObject({
    status: "skipped",
    reason: "person_erased",
  });
  expect(rows.find((row) => row.deliveryId === waiting)).toMatchObject({
    status: "skipped",
    contactRef: null,
  });
  expect(rows.filter((row) => ["dead", "queued", "failed"].includes(row.status))).toEqual([]);
  expect(rows.find((row) => row.deliveryId === stays[0])).toMatchObject({
    memberId: joe,
    email: "joe@oakline.example",
  });
  const kept = await db.select().from(members);
  expect(kept).toMatchObject([{ id: joe, fields: { sponsor: "[erased]", note: "met [erased]" } }]);
  const jobs = await db.execute(sql`select key from graphile_worker.jobs where task_identifier = 'sync'`);
  expect(jobs).toEqual([]);
});

test("addresses that only contain this one belong to others, and their webhooks stay whole", async () => {
  const { stays } = await fill();
  await runErasure(db, (await begin()).id);
  const rows = await db.select({ id: deliveries.id, body: deliveries.body }).from(deliveries);
  const bodies = rows.filter(({ id }) => stays.includes(id)).map(({ body }) => body.toString());
  expect(bodies.some((body) => body.includes("[erased]"))).toBe(false);
  expect(bodies).toHaveLength(3);
});

test("a member of the same name loses nothing, and is not counted", async () => {
  const { joe } = await fill();
  const spouse = "Kept for the table of Jane Doerthy";
  const [firstName = "", lastName = ""] = name.split(" ");
  await db
    .update(members)
    .set({ firstName, lastName, fields: { note: spouse } })
    .where(eq(members.id, joe));
  const { counts } = await previewErasure(db, { email: address });
  expect(counts.members).toBe(1);
  await runErasure(db, (await begin()).id);
  expect(await db.select().from(members)).toMatchObject([
    { id: joe, firstName, lastName, fields: { note: spouse } },
  ]);
});

test("an erasure that was stopped goes on where it was, and a second one changes nothing", async () => {
  await fill();
  const { id } = await begin();
  const subject = await findSubject(db, { email: address });
  await db.transaction(async (tx) => {
    const { last } = await eraseOwnDeliveries(tx, subject, null);
    await tx.update(erasures).set({ step: 0, cursor: last, state: "running" });
  });
  await runErasure(db, id);
  await db.execute(
    sql`delete from deliveries where convert_from(body, 'UTF8') like '%mary-jane%' or convert_from(body, 'UTF8') like '%.au'`,
  );
  expect(traces(await dump())).toEqual([]);
  const once = await dump();
  await runErasure(db, id);
  expect(await dump()).toBe(once);
  const again = await begin();
  await runErasure(db, again.id);
  expect((await getErasure(db, again.id)).counts).toEqual({});
});

test("the audit row names nobody, and two erasures of one address show the same hash", async () => {
  await fill();
  const first = await begin();
  await runErasure(db, first.id);
  const second = await begin();
  await runErasure(db, second.id);
  const rows = await db.execute<{ action: string; details: { addressHash: string } }>(sql`
    select action, details from audit_log where target = 'person' order by id`);
  expect(rows.map((row) => row.action)).toEqual(["asked_to_erase", "erased", "asked_to_erase", "erased"]);
  expect(new Set(rows.map((row) => row.details.addressHash)).size).toBe(1);
  const [row] = await db.select().from(erasures);
  expect(row?.subject).toBeNull();
});

test("what is typed to confirm must be the address, and a console account of the same address is told", async () => {
  await fill();
  await expect(begin("joe@oakline.example")).rejects.toMatchObject({ code: "invalid" });
  expect(await db.select().from(erasures)).toEqual([]);
  await db
    .insert(users)
    .values({ id: uuidv7(), email: address, name: "J", passwordHash: "x", role: "viewer" });
  expect((await previewErasure(db, { email: address })).consoleUser).toBe(true);
});

test("a person is found by member and by contact as well, and an unknown one is not found", async () => {
  const { jane, connectionId } = await fill();
  const byEmail = await previewErasure(db, { email: before });
  const byMember = await previewErasure(db, { memberId: jane });
  const byContact = await previewErasure(db, { contact: { connectionId, contactId: "77" } });
  for (const one of [byMember, byContact]) {
    expect(new Set(one.emails)).toEqual(new Set(byEmail.emails));
    expect(one.counts).toEqual(byEmail.counts);
  }
  await expect(previewErasure(db, { memberId: uuidv7() })).rejects.toMatchObject({ code: "not_found" });
});
