import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { closeBreakers, noteFailure, noteSuccess, passBreakers, readBreakers, restOf } from "./breaker.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
const db = () => database.db;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

let number = 0;
let key = "";
beforeEach(() => {
  number += 1;
  key = `crm:account ${number}`;
});

const away = { reason: "crm_unreachable", detail: "connection refused", probe: false };
async function trip(): Promise<void> {
  for (let failures = 0; failures < 5; failures++) await noteFailure(db(), key, away);
}
const state = async () => (await readBreakers(db())).find((row) => row.key === key);
const restIsOver = () =>
  db().$client`update breakers set probe_at = now() - interval '1 second' where key = ${key}`;

test("five failures in a row open it, and a success in between begins the count anew", async () => {
  for (let failures = 0; failures < 4; failures++) expect(await noteFailure(db(), key, away)).toBeNull();
  await noteSuccess(db(), [key], { probe: false });
  for (let failures = 0; failures < 4; failures++) expect(await noteFailure(db(), key, away)).toBeNull();
  expect(await passBreakers(db(), [key])).toEqual({ rest: null, probe: false });
  expect(await noteFailure(db(), key, away)).toMatchObject({ key, reason: "crm_unreachable" });
  expect(await state()).toMatchObject({ state: "open", failures: 5, trips: 1, reason: "crm_unreachable" });
  expect(await restOf(db(), [key])).toMatchObject({ key, until: expect.any(Date) });
});

test("a failure that says enough by itself opens it at once", async () => {
  expect(await noteFailure(db(), key, { ...away, reason: "crm_token_refused", atOnce: true })).not.toBeNull();
  expect(await state()).toMatchObject({ state: "open", reason: "crm_token_refused" });
});

test("after its rest one caller of many gets through, the others are told to wait for it", async () => {
  await trip();
  await restIsOver();
  expect(await restOf(db(), [key])).toBeNull();
  const passes = await Promise.all(Array.from({ length: 12 }, () => passBreakers(db(), [key])));
  expect(passes.filter((pass) => pass.rest === null)).toEqual([{ rest: null, probe: true }]);
  expect((await state())?.state).toBe("half_open");
  for (const pass of passes) if (pass.rest) expect(pass.rest.until.getTime()).toBeGreaterThan(Date.now());
});

test("a probe that fails lets calls rest longer, one that works closes it and asks for what waits", async () => {
  await trip();
  const rests: number[] = [];
  for (let probes = 0; probes < 7; probes++) {
    await restIsOver();
    await passBreakers(db(), [key]);
    const rest = await noteFailure(db(), key, { ...away, probe: true });
    rests.push(Math.round(((rest?.until.getTime() ?? 0) - Date.now()) / 1000));
  }
  expect(rests).toEqual([20, 40, 80, 160, 300, 300, 300]);
  await restIsOver();
  await passBreakers(db(), [key]);
  await noteSuccess(db(), [key], { probe: true });
  expect(await state()).toMatchObject({
    state: "closed",
    failures: 0,
    trips: 0,
    reason: null,
    openedAt: null,
  });
  const [row] = await db().$client`select releasing is not null as asked from breakers where key = ${key}`;
  expect(row?.asked).toBe(true);
});

test("what began before it opened neither closes it nor lengthens its rest", async () => {
  await trip();
  const before = await state();
  await noteSuccess(db(), [key], { probe: false });
  await noteFailure(db(), key, { ...away, reason: "crm_timeout" });
  expect(await state()).toMatchObject({
    state: "open",
    trips: 1,
    probeAt: before?.probeAt,
    reason: "crm_unreachable",
  });
  await closeBreakers(db(), [key]);
  expect(await state()).toMatchObject({ state: "closed" });
});

test("of two breakers the one that rests longer decides", async () => {
  await trip();
  const other = `${key}#connection`;
  await noteFailure(db(), other, { ...away, reason: "crm_token_refused", atOnce: true });
  await restIsOver();
  expect(await passBreakers(db(), [key, other])).toMatchObject({ rest: { key: other } });
  expect(await passBreakers(db(), [key])).toEqual({ rest: null, probe: true });
});
