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

test("calls start on time or not at all, also when the process stalls between reserving and calling", async () => {
  const id = account(8);
  let waiting = 80;
  const started = Array.from({ length: waiting }, async (_, at) => {
    await acquireCall(at % 2 ? other : database.db, id, limits(20));
    waiting -= 1;
    return performance.now();
  });
  const stall = setInterval(() => {
    if (waiting === 0) return;
    for (const until = performance.now() + 350; performance.now() < until; );
  }, 700);
  const starts = (await Promise.all(started)).sort((a, b) => a - b);
  clearInterval(stall);
  const gaps = starts.slice(20).map((start, at) => start - (starts[at] ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(1_000);
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
