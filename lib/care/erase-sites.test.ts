import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Db } from "#db/client.ts";
import { makeMember } from "#db/factories.ts";
import { type TestDatabase, testDatabase } from "#db/testing.ts";
import { createErasure, getErasure } from "../console/erase.ts";
import { pauseDestination } from "../push/states.ts";
import { makeSite, pumping, type Receiver, startReceiver } from "../push/testing.ts";
import { wantPushes } from "../push/want.ts";
import { runErasure } from "./erase.ts";

let opened: TestDatabase;
let db: Db;
let good: Receiver;
let bad: Receiver;
beforeAll(async () => {
  [opened, good, bad] = await Promise.all([testDatabase(), startReceiver(), startReceiver()]);
  db = opened.db;
});
afterAll(async () => {
  good.close();
  bad.close();
  await opened.close();
});
beforeEach(async () => {
  for (const receiver of [good, bad]) {
    receiver.told.length = 0;
    receiver.answer = () => ({ status: 200 });
  }
  await db.$client`
    truncate destinations, push_targets, pushes, members, outcomes, breakers, budgets, erasures cascade`;
});

const targets = async () =>
  [...(await db.execute<{ state: string }>(sql`select state from push_targets`))].map(({ state }) => state);
const allIdle = async () => (await targets()).every((state) => state === "idle");
/** A member whom every site was told of, with a delivery of theirs at the sites. */
async function aToldMember() {
  const member = await makeMember(db);
  await wantPushes(db.$client, [{ memberId: member.id, syncId: null, priority: "update" }]);
  await pumping(db, allIdle);
  await db.execute(sql`
    insert into outcomes (delivery_id, received_at, dialect, action, trigger, params, status, hop, member_id, collected_at)
    values (gen_random_uuid(), now(), 'rollcall', 'update', 'automation', '{}', 'partly_synced', 'sites', ${member.id}, now())`);
  return member;
}
/** Erases while pumps run, waiting so long for the sites. */
async function erase(email: string, waitMs: number) {
  const { id } = await createErasure(db, { email, confirm: email }, "owner@example.com");
  let done = false;
  const erasing = runErasure(db, id, waitMs).finally(() => {
    done = true;
  });
  await pumping(db, () => done);
  await erasing;
  return getErasure(db, id);
}

test("sites are told before a person is erased, and what pushes knew of them goes too", async () => {
  await makeSite(db, { url: good.url, number: 1, name: "Shop" });
  const member = await aToldMember();
  await makeSite(db, { url: `${good.url}/new`, number: 2, name: "New" });
  const { state, sites } = await erase(member.email, 60_000);
  expect(state).toBe("done");
  expect(good.told.at(-1)).toMatchObject({ type: "member.deleted", email: member.email, status: 200 });
  expect(sites).toMatchObject([{ name: "Shop", status: "told", remedy: null }]);
  for (const table of ["push_targets", "pushes", "members"])
    expect(await db.execute(sql`select from ${sql.identifier(table)}`)).toHaveLength(0);
});

test("a site that is down or paused stops no erasure, and the record says why and what a person does there", async () => {
  await makeSite(db, { url: bad.url, number: 1, name: "Down" });
  const paused = await makeSite(db, { url: `${good.url}/paused`, number: 2, name: "Paused" });
  const deaf = { events: ["member.created"] };
  await makeSite(db, { url: `${good.url}/deaf`, settings: deaf, number: 3, name: "Deaf" });
  const member = await aToldMember();
  bad.answer = () => ({ status: 500 });
  await db.transaction((tx) => pauseDestination(tx, paused.id, "ada@example.com"));
  const { state, sites } = await erase(member.email, 1_500);
  expect(state).toBe("done");
  expect(sites).toMatchObject([
    {
      name: "Down",
      status: "not_told",
      sentence: expect.stringContaining("failed while it worked (HTTP 500)"),
    },
    { name: "Paused", status: "not_told", sentence: expect.stringContaining("is paused") },
    { name: "Deaf", status: "left", sentence: expect.stringContaining("let its users be") },
  ]);
  for (const { remedy } of sites) expect(remedy).toContain("delete them there by hand");
  expect(await targets()).toEqual([]);
  expect([...(await db.execute(sql`select status, reason from outcomes`))]).toEqual([
    { status: "skipped", reason: "person_erased" },
  ]);
  const [row] = await db.execute<{ text: string }>(sql`select e::text || (
    select string_agg(a::text, ' ') from audit_log a) as text from erasures e`);
  expect(row?.text).toContain("not_told");
  expect(row?.text).not.toContain(member.email);
});

test("an erasure that was stopped while sites were told tells none of them twice", async () => {
  await makeSite(db, { url: good.url, name: "Shop" });
  const member = await aToldMember();
  await db.execute(sql`update push_targets set want = 'unlink', state = 'due'`);
  await pumping(db, allIdle);
  const { sites } = await erase(member.email, 60_000);
  expect(good.told.filter(({ type }) => type === "member.deleted")).toHaveLength(1);
  expect(sites).toMatchObject([{ name: "Shop", status: "told" }]);
});
