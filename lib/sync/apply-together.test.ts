import { afterAll, beforeAll, expect, test } from "vitest";
import { makeConnection, makeMember } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { applyContact } from "./apply.ts";
import type { Applied, Wish } from "./apply-item.ts";
import { openRun, type Run } from "./lease.ts";
import type { ConnectionRow } from "./open-connection.ts";
import type { ContactView } from "./read-contact.ts";
import { arrive, collectAll } from "./testing.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let shop: ConnectionRow;
let school: ConnectionRow;
const db = () => database.db;

beforeAll(async () => {
  database = await testDatabase();
  shop = await makeConnection(db(), { number: 1 });
  school = await makeConnection(db(), { number: 2 });
});
afterAll(() => database.close());

const wish: Wish = { mayCreate: true, tagsOnly: false, role: null, sendNotification: true };
const viewOf = (contactId: string, email: string, given: Partial<ContactView> = {}): ContactView => ({
  contactId,
  email,
  firstName: "Ada",
  lastName: contactId,
  tags: [`tag ${contactId}`],
  fields: { city: `city ${contactId}` },
  role: null,
  refusedRole: null,
  login: null,
  password: "chosen in the CRM",
  ...given,
});

/** Opens the runs of these contacts and applies them all in the same moment. */
async function applyAll(
  contacts: { connection: ConnectionRow; view: ContactView; wish?: Wish; lost?: true }[],
): Promise<PromiseSettledResult<Applied>[]> {
  const runs: Run[] = [];
  for (const { connection, view, lost } of contacts) {
    await arrive(db(), connection.id, [view.contactId], { action: "add" });
    await collectAll(db());
    const ref = { connectionId: connection.id, contactRef: view.contactId };
    const run = (await openRun(db(), ref, "worker")) as Run;
    if (lost) await db().$client`update syncs set finished_at = now() where id = ${run.syncId}`;
    runs.push(run);
  }
  const settled = await Promise.allSettled(
    contacts.map((one, at) =>
      applyContact(db(), one.connection, one.view, one.wish ?? wish, runs[at] as Run),
    ),
  );
  await db().$client`update syncs set finished_at = now() where finished_at is null`;
  return settled;
}

const people = () => db().$client`
  select m.email, m.login, m.tags, m.fields, m.password_hash is not null as "hasPassword",
    (select count(*)::int from member_contacts l where l.member_id = m.id) as links,
    (select count(*)::int from member_changes c where c.member_id = m.id) as changes,
    exists (select from pending_mails p where p.member_id = m.id) as "isMailed"
  from members m order by m.email`;

test("contacts of two connections and one contact twice at the same address become one member", async () => {
  const settled = await applyAll([
    { connection: shop, view: viewOf("1", "ada@example.com") },
    { connection: school, view: viewOf("1", "ADA@example.com", { fields: { course: "Bread" } }) },
    { connection: shop, view: viewOf("2", "bo@example.com") },
  ]);
  expect(settled.map((one) => one.status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
  expect(await people()).toMatchObject([
    {
      tags: ["tag 1"],
      fields: { city: "city 1", course: "Bread" },
      links: 2,
      isMailed: true,
      hasPassword: true,
    },
    { email: "bo@example.com", links: 1, changes: 1, isMailed: true },
  ]);
});

test("new members whose logins collide each get one of their own", async () => {
  const settled = await applyAll([
    { connection: shop, view: viewOf("11", "c1@example.com", { login: "Chef" }) },
    { connection: shop, view: viewOf("12", "c2@example.com", { login: "chef" }) },
    { connection: shop, view: viewOf("13", "c3@example.com", { login: "ada@EXAMPLE.com" }) },
  ]);
  expect(settled.map((one) => one.status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
  const rows = await db().$client`select login from members where email like 'c_@example.com' order by email`;
  // Whoever comes first gets the plain one.
  const logins = rows.map((row) => String(row.login).toLowerCase()).sort();
  expect(logins).toEqual(["ada@example.com-2", "chef", "chef-2"]);
});

test("what is wrong with one contact of a group leaves the others untouched", async () => {
  const settled = await applyAll([
    { connection: shop, view: viewOf("1", "bo@example.com") },
    { connection: shop, view: viewOf("21", "lost@example.com"), lost: true },
    { connection: shop, view: viewOf("22", "nobody@example.com"), wish: { ...wish, mayCreate: false } },
    { connection: shop, view: viewOf("23", "dora@example.com") },
    { connection: shop, view: viewOf("2", "bo@example.com", { tags: ["New"] }) },
  ]);
  expect(settled).toMatchObject([
    { status: "rejected", reason: { reason: "email_taken", detail: "bo@example.com" } },
    { status: "rejected", reason: { name: "LeaseLost" } },
    { status: "fulfilled", value: { memberId: null } },
    { status: "fulfilled", value: { changed: true, changes: { created: true } } },
    { status: "fulfilled", value: { changes: { tagsAdded: ["New"], tagsRemoved: ["tag 2"] } } },
  ]);
  const gone = await db()
    .$client`select 1 from members where email in ('lost@example.com', 'nobody@example.com')`;
  expect(gone).toHaveLength(0);
});

test("a member who is locked by somebody else holds up nobody but its own contact", async () => {
  const locked = await makeMember(db(), { email: "locked@example.com", login: "locked" });
  let leave: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    leave = resolve;
  });
  let isLocked: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    isLocked = resolve;
  });
  const other = db().$client.begin(async (tx) => {
    await tx`select from members where id = ${locked.id} for update`;
    isLocked();
    await held;
  });
  await ready;
  const all = applyAll([
    { connection: shop, view: viewOf("31", "locked@example.com") },
    { connection: shop, view: viewOf("32", "free@example.com") },
  ]);
  const isThere = async () =>
    (await db().$client`select 1 from members where email = 'free@example.com'`).length;
  await expect.poll(isThere).toBe(1);
  leave();
  await other;
  expect((await all).map((one) => one.status)).toEqual(["fulfilled", "fulfilled"]);
});

test("a contact whose link moved after its run opened is applied to the member who has the link now", async () => {
  const [first] = await applyAll([{ connection: shop, view: viewOf("40", "linked@example.com") }]);
  const heir = await makeMember(db(), { number: 2, email: "heir@example.com", login: "heir" });
  await arrive(db(), shop.id, ["40"], { action: "add" });
  await collectAll(db());
  const run = (await openRun(db(), { connectionId: shop.id, contactRef: "40" }, "worker")) as Run;
  expect(run.memberId).toBe((first as PromiseFulfilledResult<Applied>).value.memberId);
  await db().$client`
    update member_contacts set member_id = ${heir.id} where connection_id = ${shop.id} and contact_id = '40'`;
  const applied = await applyContact(db(), shop, viewOf("40", "heir@example.com"), wish, run);
  expect(applied.memberId).toBe(heir.id);
});
