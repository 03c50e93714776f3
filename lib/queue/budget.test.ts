import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb, type Db, openDb } from "#db/client.ts";
import { testDatabase } from "#db/testing.ts";
import { RetryLater } from "../errors.ts";
import { accountOf, acquireCall, type CallLimits, pauseCalls, reserveCall } from "./budget.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let other: Db;
beforeAll(async () => {
  database = await testDatabase();
  other = openDb(database.url);
});
afterAll(async () => {
  await closeDb(other);
  await database.close();
});

const limits = (callsPerSecond: number, more: Partial<CallLimits> = {}): CallLimits => ({
  callsPerSecond,
  callsPerMinute: null,
  callsPerDay: null,
  ...more,
});
const account = (number: number) => `activecampaign account${number}.api-us1.com`;

test.each([5, 2, 1, 50])(
  "callers of two processes never reserve more than %i calls in any second",
  async (perSecond) => {
    const id = account(perSecond % 10);
    await database.db.$client`delete from budgets`;
    const reserved = await Promise.all(
      Array.from({ length: 60 }, (_, at) => reserveCall(at % 2 ? other : database.db, id, limits(perSecond))),
    );
    const slots = reserved.map((one) => one.slotMs).sort((a, b) => a - b);
    const gaps = slots.slice(perSecond).map((slot, at) => slot - (slots[at] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(1_000);
  },
);

test("connections of one account share its calls, each within its own limit", async () => {
  const of = (baseUrl: string) => accountOf({ kind: "activecampaign", baseUrl });
  expect(of("https://Oakline.api-us1.com/proxy")).toBe(of("https://oakline.api-us1.com"));
  expect(of("https://oakline.activehosted.com")).toBe(of("https://oakline.api-us1.com"));
  expect(of("https://other.activehosted.com")).not.toBe(of("https://oakline.api-us1.com"));
  expect(of("http://127.0.0.1:4001")).not.toBe(of("http://127.0.0.1:4002"));
  const mixed = [5, 2, 5, 50, 2, 5, 1, 5];
  const slots: number[] = [];
  for (let at = 0; at < 80; at += 1) {
    const limit = mixed[at % mixed.length] ?? 5;
    const { slotMs } = await reserveCall(at % 2 ? other : database.db, account(9), limits(limit));
    const earlier = slots.at(-limit);
    if (slots.length >= limit && earlier) expect(slotMs - earlier).toBeGreaterThanOrEqual(1_000);
    slots.push(slotMs);
  }
  expect(slots).toEqual(slots.toSorted((a, b) => a - b));
});

test("nobody reserves a call before the silence that the CRM asked for is over", async () => {
  await pauseCalls(database.db, account(7), 30);
  await pauseCalls(other, account(7), 5);
  const { waitMs } = await reserveCall(database.db, account(7), limits(5));
  expect(waitMs).toBeGreaterThan(25_000);
});

/** Asks for calls while this process stalls again and again; resolves with when they started, milliseconds since 1970. */
async function callStalling(id: string, calls: number, perSecond: number): Promise<number[]> {
  let waiting = calls;
  const started = Array.from({ length: calls }, async (_, at) => {
    await acquireCall(at % 2 ? other : database.db, id, limits(perSecond));
    waiting -= 1;
    return performance.timeOrigin + performance.now();
  });
  const stall = setInterval(() => {
    if (waiting === 0) return;
    for (const until = performance.now() + 350; performance.now() < until; );
  }, 700);
  return Promise.all(started).finally(() => clearInterval(stall));
}

/** Never more than so many in any second. */
function expectApart(starts: number[], perSecond: number): void {
  const sorted = [...starts].sort((a, b) => a - b);
  const gaps = sorted.slice(perSecond).map((start, at) => start - (sorted[at] ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(1_000);
}

test("a process that stalls between its slot and its call keeps calls apart and wastes no slot", async () => {
  const id = account(8);
  expectApart(await callStalling(id, 80, 20), 20);
  const [row] = await database.db.$client`select calls::int from budgets where account = ${id}`;
  expect(row?.calls).toBe(80);
});

test("a late call takes a new slot when another process has reserved meanwhile", async () => {
  const id = account(901);
  const first = await reserveCall(other, id, limits(1));
  const mine = acquireCall(database.db, id, limits(1)).then(() => performance.timeOrigin + performance.now());
  const reserved = () => other.$client`select from budgets where account = ${id} and calls = 2`;
  await expect.poll(reserved).toHaveLength(1);
  const theirs = await reserveCall(other, id, limits(1));
  await new Promise((resolve) => setTimeout(resolve, first.slotMs + 900 - Date.now()));
  while (Date.now() < theirs.slotMs + 100);
  expectApart([theirs.slotMs, await mine], 1);
});

test.each([7, 120, 240])("no minute holds more than %i calls, whoever makes them", async (callsPerMinute) => {
  const id = account(100 + callsPerMinute);
  const reserved = await Promise.all(
    Array.from({ length: 300 }, (_, at) =>
      reserveCall(at % 2 ? other : database.db, id, limits(50, { callsPerMinute })),
    ),
  );
  const slots = reserved.map((one) => one.slotMs).sort((a, b) => a - b);
  const gaps = slots.slice(callsPerMinute).map((slot, at) => slot - (slots[at] ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(60_000);
});

test("a day's calls are counted over all processes; whoever comes after them is told when to come again", async () => {
  const id = account(500);
  const asked = await Promise.allSettled(
    Array.from({ length: 40 }, (_, at) =>
      reserveCall(at % 2 ? other : database.db, id, limits(1000, { callsPerDay: 25 })),
    ),
  );
  const refused = asked.filter((one) => one.status === "rejected").map((one) => one.reason);
  expect(refused).toHaveLength(15);
  for (const error of refused) {
    expect(error).toBeInstanceOf(RetryLater);
    expect(error).toMatchObject({ reason: "day_budget_spent", detail: "25" });
    expect(error.retryAfterSeconds).toBeLessThanOrEqual(86_400);
  }
  const [row] = await database.db.$client`select day_calls, minute_calls from budgets where account = ${id}`;
  expect(row?.day_calls).toBe(25);
  await database.db.$client`update budgets set day = day - 1 where account = ${id}`;
  await reserveCall(database.db, id, limits(1000, { callsPerDay: 25 }));
});
