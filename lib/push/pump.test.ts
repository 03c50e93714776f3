import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeMember } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { finishEveryones, pushEveryone, readEveryones } from "./everyone.ts";
import { startPushes } from "./run-pushes.ts";
import { pauseDestination, resumeDestination } from "./states.ts";
import { localFetch, makeSite, pumping, type Receiver, startReceiver } from "./testing.ts";
import { wantPushes } from "./want.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let receiver: Receiver;
const children: ChildProcess[] = [];
const db = () => database.db;

beforeAll(async () => {
  [database, receiver] = await Promise.all([testDatabase(), startReceiver()]);
});
afterAll(async () => {
  await Promise.all(children.map(kill));
  receiver.close();
  await database.close();
});
beforeEach(async () => {
  await Promise.all(children.splice(0).map(kill));
  receiver.told.length = 0;
  receiver.answer = () => ({ status: 200 });
  await db().$client`
    truncate destinations, push_targets, pushes, everyones, members, outcomes, breakers, budgets cascade`;
});

async function wantMembers(count: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const { id } = await makeMember(db(), { number });
    await wantPushes(db().$client, [{ memberId: id, syncId: null, priority: "update" }]);
  }
}
const countOf = async (state: string) =>
  (await db().execute(sql`select from push_targets where state = ${state}`)).length;
const allIdle = (count: number) => async () => (await countOf("idle")) === count;
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}
function startChild(): ChildProcess {
  const file = path.join(import.meta.dirname, "pump-process.ts");
  const env = { ...process.env, DATABASE_URL: database.url, LOG_LEVEL: "fatal" };
  const child = spawn(process.execPath, [file], { stdio: "ignore", env });
  children.push(child);
  return child;
}
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
/** The moment at which a killed process is taken for gone is brought forward, instead of waiting for it. */
const letTimePass = () =>
  db().execute(sql`update destinations set pump_beat_at = pump_beat_at - interval '1 minute'`);

test("a worker that is killed in the middle of a push loses nobody, and the push is repeated under its id", async () => {
  await makeSite(db(), { url: receiver.url, concurrency: 2 });
  await wantMembers(6);
  const asked: { id: string; email: string }[] = [];
  // Two are taken, and their answers never reach the one who asked.
  receiver.answer = (told) => {
    asked.push(told);
    return new Promise(() => undefined);
  };
  const child = startChild();
  await until(() => asked.length === 2);
  await kill(child);
  expect(await countOf("running")).toBeGreaterThanOrEqual(2);
  receiver.answer = () => ({ status: 200 });
  await letTimePass();
  await pumping(db(), allIdle(6));
  expect(new Set(receiver.taken().map(({ email }) => email)).size).toBe(6);
  for (const { id, email } of asked)
    expect(receiver.taken().filter((one) => one.email === email)).toMatchObject([{ id }]);
});

test("a pause in the middle starts no more calls, loses nobody and costs no try", async () => {
  const site = await makeSite(db(), { url: receiver.url, ratePerMinute: 120, concurrency: 4 });
  await wantMembers(10);
  const pushes = await startPushes(db(), localFetch);
  await until(() => receiver.told.length >= 2);
  await pauseDestination(db(), site.id, "ada@example.com");
  await until(async () => (await countOf("running")) === 0);
  const before = receiver.told.length;
  expect(before).toBeLessThan(10);
  const [tried] = await db().execute(sql`select max(attempts) as most from push_targets`);
  expect(tried?.most).toBe(0);
  const [held] = await db().execute(sql`select count(*)::int as count from budgets where calls > 10`);
  expect(held?.count).toBe(0);
  await db().execute(sql`update destinations set rate_per_minute = 60000`);
  await db().execute(sql`delete from budgets`);
  await resumeDestination(db(), site.id, "ada@example.com");
  await until(allIdle(10));
  await pushes.stop();
  expect(receiver.told).toHaveLength(10);
  expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(10);
});

test("two processes together keep a destination’s rate", async () => {
  await makeSite(db(), { url: receiver.url, ratePerMinute: 300, concurrency: 10 });
  await wantMembers(16);
  startChild();
  await pumping(db(), allIdle(16));
  expect(receiver.told).toHaveLength(16);
  // By the times at which the calls were due, not those at which a busy machine brought them there.
  const rows = await db().$client<{ at: number }[]>`
    select (extract(epoch from slot) * 1000)::float8 as at from budgets, unnest(slots) as slot order by 1`;
  const slots = rows.map((row) => row.at);
  expect(slots.length).toBeGreaterThanOrEqual(16);
  const gaps = slots.slice(5).map((slot, at) => slot - (slots[at] ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(1_000);
});

test("an open breaker lets one push through, and the rest only when that one worked", async () => {
  const site = await makeSite(db(), { url: receiver.url, concurrency: 1 });
  await wantMembers(8);
  receiver.answer = () => ({ status: 500 });
  const isOpen = async () => {
    const [row] = await db().execute(
      sql`select from breakers where key = ${`site:${site.id}`} and opened_at is not null`,
    );
    return row !== undefined;
  };
  await pumping(db(), isOpen);
  expect(receiver.told).toHaveLength(5);
  expect(await countOf("due")).toBe(3);
  await db().execute(sql`update destinations set concurrency = 4`);
  await db().execute(sql`update breakers set probe_at = clock_timestamp()`);
  await db().execute(sql`update push_targets set due_at = clock_timestamp()`);
  const before = receiver.told.length;
  const tripped = async () => {
    const [row] = await db().execute<{ trips: number }>(sql`select trips from breakers`);
    return row?.trips === 2;
  };
  await pumping(db(), tripped);
  expect(receiver.told).toHaveLength(before + 1);
  receiver.answer = () => ({ status: 200 });
  await db().execute(sql`update breakers set probe_at = clock_timestamp()`);
  await db().execute(sql`update push_targets set due_at = clock_timestamp()`);
  await pumping(db(), allIdle(8));
  expect(receiver.taken()).toHaveLength(8);
});

test("a push that had nothing to tell is no evidence that a site answers", async () => {
  const site = await makeSite(db(), { url: receiver.url });
  await wantMembers(1);
  await pumping(db(), allIdle(1));
  await db().execute(sql`
    insert into breakers (key, failures, trips, reason, opened_at, probe_at)
    values (${`site:${site.id}`}, 5, 1, 'site_failed', now(), now() - interval '1 minute')
    on conflict (key) do update set failures = 5, trips = 1, opened_at = now(), probe_at = now() - interval '1 minute'`);
  const [member] = await db().execute<{ id: string }>(sql`select id from members`);
  await wantPushes(db().$client, [{ memberId: member?.id ?? "", syncId: null, priority: "update" }]);
  await pumping(db(), allIdle(1));
  expect(receiver.told).toHaveLength(1);
  const [breaker] = await db().execute(
    sql`select opened_at is not null as open, probe_ends_at from breakers`,
  );
  expect(breaker).toMatchObject({ open: true, probe_ends_at: null });
});

test("a site that asks for silence is left alone by everybody’s push", async () => {
  await makeSite(db(), { url: receiver.url, concurrency: 1 });
  await wantMembers(3);
  receiver.answer = () => ({ status: 429, headers: { "retry-after": "300" } });
  await pumping(db(), async () => (await countOf("failed")) === 1);
  await pumping(
    db(),
    async () => (await db().execute(sql`select from destinations where pump_id is null`)).length > 0,
  );
  expect(receiver.told).toHaveLength(1);
  expect(await countOf("due")).toBe(2);
});

test("a push of everyone is finished also when its last pump was killed before it could say so", async () => {
  const site = await makeSite(db(), { url: receiver.url });
  await makeMember(db());
  const { id } = await pushEveryone(db(), site.id, "ada@example.com");
  await db().execute(sql`update push_targets set state = 'idle'`);
  await finishEveryones(db());
  expect(await readEveryones(db(), sql`e.id = ${id}`)).toMatchObject([{ state: "done", done: 1, failed: 0 }]);
});
