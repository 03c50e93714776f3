import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeMember } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { breakerOf } from "./open-destination.ts";
import { settleOutcomes } from "./settle.ts";
import { pauseDestination } from "./states.ts";
import { makeSite, pumping, type Receiver, startReceiver } from "./testing.ts";
import { wantPushes } from "./want.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let receiver: Receiver;
const db = () => database.db;

beforeAll(async () => {
  [database, receiver] = await Promise.all([testDatabase(), startReceiver()]);
});
afterAll(async () => {
  receiver.close();
  await database.close();
});
beforeEach(async () => {
  receiver.told.length = 0;
  receiver.answer = () => ({ status: 200 });
  await db()
    .$client`truncate destinations, push_targets, pushes, members, outcomes, breakers, budgets cascade`;
});

/** So many members, each with a delivery that waits at the sites. */
async function owe(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 1; number <= count; number++) {
    const { id } = await makeMember(db(), { number });
    await db().execute(sql`
      insert into outcomes (delivery_id, received_at, dialect, action, trigger, params, status, hop, member_id, collected_at)
      values (gen_random_uuid(), clock_timestamp(), 'rollcall', 'update', 'automation', '{}', 'running', 'sites', ${id}, now())`);
    await wantPushes(db().$client, [{ memberId: id, syncId: null, priority: "update" }]);
    ids.push(id);
  }
  return ids;
}
type Outcome = { status: string; reason: string | null; detail: string | null; next: number | null };
const outcomes = () =>
  db().execute<Outcome>(sql`
    select status, reason, detail, extract(epoch from next_retry_at - clock_timestamp())::float8 as next from outcomes
    order by received_at`);
const all = (holds: (one: Outcome) => boolean) => async () => (await outcomes()).every(holds);
const isPartly = (one: Outcome) => one.status === "partly_synced" && one.next !== null && one.next > 0;

test("while a site rests, all it is owed is partly synced with its reason and next try, and synced when it answers again", async () => {
  const site = await makeSite(db(), { url: receiver.url, concurrency: 1 });
  await owe(8);
  receiver.answer = () => ({ status: 500 });
  await pumping(db(), all(isPartly));
  expect(receiver.told.length).toBe(5);
  for (const one of await outcomes())
    expect(one).toMatchObject({ reason: "site_failed", detail: "HTTP 500" });

  await db().execute(sql`update outcomes set next_retry_at = now() - interval '1 minute'`);
  await pumping(db(), all(isPartly));

  receiver.answer = () => ({ status: 200 });
  await db().execute(sql`update breakers set probe_at = clock_timestamp() where key = ${breakerOf(site.id)}`);
  await db().execute(sql`update push_targets set due_at = clock_timestamp()`);
  await pumping(
    db(),
    all(({ status, next }) => status === "synced" && next === null),
  );
});

// Each test has sites of its own: that a breaker is closed is believed for half a second.
test("what waited for a breaker runs again as soon as it is closed", async () => {
  const site = await makeSite(db(), { url: receiver.url, concurrency: 1, number: 2 });
  const ids = await owe(3);
  await db().execute(sql`
    insert into breakers (key, failures, trips, reason, opened_at, probe_at)
    values (${breakerOf(site.id)}, 5, 1, 'site_timeout', now(), now() + interval '5 minutes')`);
  await settleOutcomes(db(), ids);
  expect(await all(isPartly)()).toBe(true);
  let release = (_: { status: number }) => {};
  const held = new Promise<{ status: number }>((resolve) => {
    release = resolve;
  });
  receiver.answer = ({ email }) => (email === "member1@example.com" ? { status: 200 } : held);
  await db().execute(sql`update breakers set probe_at = clock_timestamp(), probe_ends_at = null`);
  await pumping(db(), async () => {
    const running = (await outcomes()).filter(({ status }) => status === "running").length;
    if (running === 2) release({ status: 200 });
    return running === 2;
  });
  expect((await outcomes())[0]).toMatchObject({ status: "synced" });
});

test("a site that rests does not hide one that works", async () => {
  const [resting] = [
    await makeSite(db(), { url: receiver.url, number: 3 }),
    await makeSite(db(), { url: `${receiver.url}/2`, number: 4 }),
  ];
  const ids = await owe(2);
  await db().execute(sql`
    insert into breakers (key, failures, trips, reason, opened_at, probe_at)
    values (${breakerOf(resting.id)}, 5, 1, 'site_timeout', now(), now() + interval '5 minutes')`);
  await settleOutcomes(db(), ids);
  expect(await all(({ status }) => status === "running")()).toBe(true);
  await pumping(
    db(),
    all(({ reason, ...one }) => isPartly({ reason, ...one }) && reason === "site_timeout"),
  );
  expect(receiver.told).toHaveLength(2);
});

test("what failed at a site that is paused since waits for the pause, not for a next try", async () => {
  const site = await makeSite(db(), { url: receiver.url, number: 5 });
  await owe(1);
  receiver.answer = () => ({ status: 500 });
  await pumping(db(), all(isPartly));
  await db().transaction((tx) => pauseDestination(tx, site.id, "ada@example.com"));
  expect(await outcomes()).toMatchObject([{ status: "partly_synced", reason: "site_paused", next: null }]);
});
