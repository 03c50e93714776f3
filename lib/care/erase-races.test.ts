import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Db } from "#db/client.ts";
import { makeMember } from "#db/factories.ts";
import { type TestDatabase, testDatabase } from "#db/testing.ts";
import { createErasure, getErasure } from "../console/erase.ts";
import { aConnection, aDelivery } from "../console/testing.ts";
import { uuidv7 } from "../ids.ts";
import { runErasure } from "./erase.ts";

let opened: TestDatabase;
let db: Db;
let connectionId: string;
let memberId: string;
beforeEach(async () => {
  opened = await testDatabase();
  db = opened.db;
  connectionId = await aConnection(db);
  ({ id: memberId } = await makeMember(db, { email: address }));
  await db.execute(sql`insert into member_contacts (connection_id, contact_id, member_id, tags, fields, loaded_at)
    values (${connectionId}, '77', ${memberId}, '{}', '{}', now())`);
  await aDelivery(db, { ...own, connectionId, body, outcome: { status: "synced", memberId } });
});
afterEach(() => opened.close());

const address = "jane@oakline.example";
const own = { contactId: "77", email: address, name: "Jane Doerthy" };
const body = `contact[id]=77&contact[email]=${encodeURIComponent(address)}`;

const ask = async () =>
  (await createErasure(db, { email: address, confirm: address }, "owner@oakline.example")).id;

/** What the door would commit, as statements: a webhook that nobody has collected, in the inbox. */
const webhook = (id: string, given: { contactId: string | null; email: string | null; text: string }) => `
  insert into deliveries (id, commit_id, received_at, read_ms, key_ms, connection_id, dialect, action, trigger, contact_id,
    email, verdict, params, remote_address, method, path, query, headers, body)
  values ('${id}', uuid_v7(), clock_timestamp(), 0, 0, '${connectionId}', 'rollcall', 'add', 'automation',
    ${given.contactId ? `'${given.contactId}'` : "null"}, ${given.email ? `'${given.email}'` : "null"},
    '${given.contactId ? "accepted" : "unreadable"}', '{}', '127.0.0.1', 'POST', '/hooks/hidden/add', '', '[]',
    convert_to('${given.text}', 'UTF8'));
  insert into inbox (delivery_ids) values (array['${id}'::uuid]);`;

/** Lets something happen in the moment in which the erasure notes that it is so far. */
const when = (condition: string, statements: string) =>
  db.execute(
    sql.raw(`
    create function in_this_moment() returns trigger language plpgsql as $$ begin ${statements} return new; end $$;
    create trigger in_this_moment after update on erasures for each row when (${condition}) execute function in_this_moment()`),
  );

/** Where the person can be found now, in any table that webhooks or runs write to. */
const found = async () => {
  const rows = await db.execute<{ place: string }>(sql`
    select 'deliveries' as place from deliveries where lower(email) = ${address} or encode(body, 'escape') like '%jane%'
    union all select 'inbox' from inbox
    union all select 'outcomes' from outcomes where email = ${address} or contact_id = '77' or contact_ref = '77'
    union all select 'syncs' from syncs where contact_ref = '77'
    union all select 'members' from members where email = ${address}
    union all select 'links' from member_contacts where contact_id = '77'
    union all select 'jobs' from graphile_worker.jobs where key like 'sync:%:77'`);
  return rows.map(({ place }) => place);
};

for (const [step, what] of [
  [1, "the log is read"],
  [4, "the member is gone"],
  [8, "it looks once more"],
] as const) {
  test(`a webhook that arrives while ${what} leaves nothing behind once the erasure is done`, async () => {
    const id = uuidv7();
    const text = "contact[email]=jane%40oakline.example";
    await db.execute(sql.raw("create sequence once"));
    await when(
      `new.step = ${step} and old.step = ${step - 1}`,
      `if nextval('once') = 1 then ${webhook(id, { contactId: "77", email: address, text })} end if;`,
    );
    const erasure = await ask();
    await runErasure(db, erasure);
    expect(await found()).toEqual([]);
    expect(await getErasure(db, erasure)).toMatchObject({ state: "done", progress: 1 });
    const rows = await db.execute(sql`select status, reason from outcomes where delivery_id = ${id}`);
    expect(rows).toMatchObject([{ status: "skipped", reason: "person_erased" }]);
  });
}

test("a webhook that only mentions the person, and came behind where the log is read, is emptied as well", async () => {
  const id = uuidv7();
  const text = '{"friend":"jane@oakline.example"}';
  await when("old.step = 5 and new.step = 6", webhook(id, { contactId: null, email: null, text }));
  await runErasure(db, await ask());
  expect(await found()).toEqual([]);
});

test("a run that begins meanwhile is waited for, and the member it makes goes too", async () => {
  await when(
    "old.step = 5 and new.step = 6",
    `insert into syncs (id, connection_id, contact_ref, worker_id, started_at, status)
      values (uuid_v7(), '${connectionId}', '77', 'worker-a', clock_timestamp(), 'running');`,
  );
  const id = await ask();
  const erasing = runErasure(db, id);
  const isOpen = async () =>
    (await db.execute(sql`select from syncs where finished_at is null`)).length === 1;
  await expect.poll(isOpen, { interval: 20 }).toBe(true);
  const again = await makeMember(db, { number: 2, email: address });
  await db.execute(sql`insert into member_contacts (connection_id, contact_id, member_id, tags, fields, loaded_at)
    values (${connectionId}, '77', ${again.id}, '{}', '{}', now())`);
  expect((await getErasure(db, id)).state).toBe("running");
  await db.execute(
    sql`update syncs set finished_at = clock_timestamp(), status = 'synced', member_id = ${again.id}`,
  );
  await erasing;
  expect(await found()).toEqual([]);
});

test("what the door records after an erasure said that it is done is a new fact, and stays whole", async () => {
  const text = "contact[email]=jane%40oakline.example";
  const later = uuidv7();
  await when(
    "new.state = 'done' and old.state <> 'done'",
    webhook(later, { contactId: "77", email: address, text }),
  );
  await runErasure(db, await ask());
  const rows = await db.execute(sql`
    select d.email, convert_from(d.body, 'UTF8') as body from deliveries d where id = ${later}`);
  expect(rows).toMatchObject([{ email: address, body: text }]);
});

test("an erasure that died after it had said so goes on to its end, and leaves what came in between", async () => {
  const between = uuidv7();
  const text = "contact[email]=jane%40oakline.example";
  await aDelivery(db, {
    verdict: "unreadable",
    body: "x=1",
    outcome: { status: "unreadable", hop: "door", detail: null },
  });
  await db.execute(sql.raw("create sequence deaths"));
  await when(
    "old.state = 'done'",
    "if nextval('deaths') = 1 then raise exception 'the machine lost its power'; end if;",
  );
  const id = await ask();
  await expect(runErasure(db, id)).rejects.toThrow();
  expect(await getErasure(db, id)).toMatchObject({ state: "done" });
  const subject = async () => (await db.execute(sql`select subject from erasures`))[0]?.subject ?? null;
  expect(await subject()).not.toBeNull();
  await db.execute(sql.raw(webhook(between, { contactId: "77", email: address, text })));
  await runErasure(db, id);
  expect(await subject()).toBeNull();
  expect(await db.execute(sql`select email from deliveries where id = ${between}`)).toMatchObject([
    { email: address },
  ]);
});
