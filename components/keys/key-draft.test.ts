import { afterEach, expect, test } from "vitest";
import type { AccessKey } from "#lib/api/key-shapes.ts";
import { changesOf, draftOfKey } from "./key-draft.ts";

const own = process.env.TZ;
afterEach(() => {
  if (own === undefined) delete process.env.TZ;
  else process.env.TZ = own;
});

const keyUntil = (expiresAt: string | null): AccessKey => ({
  id: "k",
  connectionId: "c",
  connectionName: "Oakline",
  name: "Welcome",
  prefix: "rck_abcd",
  purpose: "automation",
  actions: ["add"],
  roles: ["gold"],
  allowedIps: null,
  waitSeconds: 0,
  weak: false,
  state: "active",
  expiresAt,
  revokedAt: null,
  replacedBy: null,
  lastUsedAt: null,
  uses7d: 0,
  usesByDay: [],
  callers: [],
  createdAt: "2026-11-01T00:00:00.000Z",
});

const zones = [
  ["America/Los_Angeles", "2026-11-30"],
  ["UTC", "2026-12-01"],
  ["Pacific/Auckland", "2026-12-01"],
] as const;

test.each(zones)("the form shows the day on which a key expires in %s", (zone, day) => {
  process.env.TZ = zone;
  expect(draftOfKey(keyUntil("2026-12-01T04:00:00.000Z")).expires).toBe(day);
  expect(draftOfKey(keyUntil(null)).expires).toBe("");
});

test.each(zones)("saving a form in %s leaves an expiry that nobody touched out", (zone) => {
  process.env.TZ = zone;
  for (const expiresAt of [null, "2026-12-01T04:00:00.000Z", "2026-12-01T13:30:00.000Z"]) {
    const key = keyUntil(expiresAt);
    const changes = changesOf({ ...draftOfKey(key), name: "Renamed" }, key);
    expect(changes).toMatchObject({ name: "Renamed", roles: ["gold"] });
    expect(changes).not.toHaveProperty("expiresAt");
  }
});

test("a chosen day ends in the person's own zone, and no day is no expiry", () => {
  process.env.TZ = "America/Los_Angeles";
  const key = keyUntil("2026-12-01T04:00:00.000Z");
  const until = (expires: string) => changesOf({ ...draftOfKey(key), expires }, key).expiresAt;
  expect(until("2026-12-24")).toBe("2026-12-25T07:59:59.000Z");
  expect(until("")).toBeNull();
});
