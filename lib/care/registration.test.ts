import { eq, isNull } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { registrationChecks } from "#db/schema/alerts.ts";
import { accessKeys, connections } from "#db/schema/connections.ts";
import { auditLog } from "#db/schema/people.ts";
import { sweepMarks } from "#db/schema/reconcile.ts";
import { testDatabase } from "#db/testing.ts";
import { createConnection, patchConnection } from "../console/connection-changes.ts";
import { withConnectionLock } from "../console/connection-lock.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { sha256 } from "../secrets.ts";
import { checkRegistration } from "./registration.ts";
import { checkDue, takeDue } from "./registration-schedule.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let crm: Sandbox;
let id: string;
const db = () => database.db;
const webhooks = () => [...crm.state.webhooks.values()];
const only = () => {
  const [webhook] = webhooks();
  if (!webhook || webhooks().length !== 1) throw new Error(`there are ${webhooks().length} webhooks`);
  return webhook;
};
const kept = async () => (await db().select().from(registrationChecks))[0];
const sweep = async () => (await db().select().from(sweepMarks))[0]?.requestedCause ?? null;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await crm.close();
  await database.close();
});
beforeEach(async () => {
  await crm?.close();
  crm = await startSandbox({ callsPerSecond: 0 });
  await db().$client`truncate connections, registration_checks, sweep_marks, audit_log cascade`;
  const made = await createConnection(
    db(),
    {
      name: "Oakline",
      kind: "activecampaign",
      baseUrl: crm.url,
      credentials: { apiToken: crm.apiToken },
      mode: "event",
      events: ["subscribe", "update"],
      callsPerSecond: 1000,
    },
    "a test",
  );
  id = made.id;
});

test("a webhook that is in order is left as it is, with a note of when it was looked at", async () => {
  const before = JSON.stringify(only());
  expect(await checkRegistration(db(), id)).toEqual({ state: "ok", found: [] });
  expect(JSON.stringify(only())).toBe(before);
  expect(await kept()).toMatchObject({ state: "ok", found: [], lostSince: null, repairedAt: null });
  expect(await sweep()).toBeNull();
});

test("a webhook that was taken out of the CRM is made again, and the contacts are swept", async () => {
  const { url } = only();
  crm.state.webhooks.clear();
  expect(await checkRegistration(db(), id)).toEqual({ state: "repaired", found: ["missing"] });
  expect(only()).toMatchObject({ url, active: true, events: ["subscribe", "update"] });
  const [row] = await db().select().from(connections).where(eq(connections.id, id));
  expect(row?.webhookId).toBe(String(only().id));
  expect(await kept()).toMatchObject({ state: "repaired", repairedFound: ["missing"], repairs: 1 });
  expect(await sweep()).toBe("webhook_missing");
  const [noted] = await db().select().from(auditLog).where(eq(auditLog.action, "repaired"));
  expect(noted).toMatchObject({ actor: "Rollcall", targetId: id, details: { webhook: ["missing"] } });
  expect(await checkRegistration(db(), id)).toEqual({ state: "ok", found: [] });
  expect(await kept()).toMatchObject({ state: "ok", repairedFound: ["missing"], repairs: 1 });
});

test("a webhook that the CRM switched off is made anew", async () => {
  only().active = false;
  expect(await checkRegistration(db(), id)).toEqual({ state: "repaired", found: ["inactive"] });
  expect(only().active).toBe(true);
  expect(await sweep()).toBe("webhook_off");
});

test("a changed address, list, source and set of events are put back in place", async () => {
  const before = { ...only() };
  Object.assign(only(), {
    url: "https://elsewhere.example/",
    listid: "3",
    sources: ["api"],
    events: ["open"],
  });
  expect((await checkRegistration(db(), id))?.found).toEqual(["url", "events", "sources", "list"]);
  expect(only()).toEqual(before);
});

const usableKeys = () => db().select().from(accessKeys).where(isNull(accessKeys.revokedAt));

test.each<[string, Partial<typeof accessKeys.$inferInsert>]>([
  ["was revoked", { revokedAt: new Date() }],
  ["has expired", { expiresAt: new Date() }],
  ["may no longer ask for an update", { actions: ["add"] }],
  ["works from some addresses only", { allowedIps: ["203.0.113.9"] }],
])("a webhook whose key %s gets a new key, and the contacts are swept", async (_what, change) => {
  const before = { ...only() };
  await db().update(accessKeys).set(change);
  expect(await checkRegistration(db(), id)).toEqual({ state: "repaired", found: ["key"] });
  const url = only().url;
  expect(only()).toEqual({ ...before, url });
  expect(url).not.toBe(before.url);
  const hash = sha256(url.split("/").at(-2) ?? "");
  expect(await usableKeys()).toMatchObject([
    { hash, actions: ["update"], expiresAt: null, allowedIps: null },
  ]);
  expect(await sweep()).toBe("webhook_off");
  expect(await checkRegistration(db(), id)).toEqual({ state: "ok", found: [] });
});

test("a new key that the CRM does not take goes again, and the next look draws another", async () => {
  await db().update(accessKeys).set({ revokedAt: new Date() });
  crm.state.webhooks.clear();
  const refuse = setRefusal();
  expect(await checkRegistration(db(), id)).toEqual({ state: "lost", found: ["missing", "key"] });
  expect(await usableKeys()).toEqual([]);
  refuse.end();
  expect(await checkRegistration(db(), id)).toMatchObject({ state: "repaired" });
  expect(await usableKeys()).toHaveLength(1);
});

test("asking for event mode once more draws a new key for one that was revoked", async () => {
  await db().update(accessKeys).set({ revokedAt: new Date() });
  await patchConnection(db(), id, { mode: "event" }, "a test");
  expect(await usableKeys()).toHaveLength(1);
  expect(await checkRegistration(db(), id)).toEqual({ state: "ok", found: [] });
});

test("a CRM that cannot be asked leaves the question open, and one that refuses the repair a lost webhook", async () => {
  crm.control.fault("500", 20);
  expect(await checkRegistration(db(), id)).toEqual({ state: "unknown", found: [] });
  expect(await kept()).toMatchObject({ state: "unknown", reason: "crm_server_error", lostSince: null });
  crm.control.clearFaults();
  crm.state.webhooks.clear();
  crm.control.settings({ apiToken: crm.apiToken });
  const refuse = setRefusal();
  expect(await checkRegistration(db(), id)).toEqual({ state: "lost", found: ["missing"] });
  const lost = await kept();
  expect(lost?.lostSince).toBeInstanceOf(Date);
  expect(await checkRegistration(db(), id)).toMatchObject({ state: "lost" });
  expect((await kept())?.lostSince).toEqual(lost?.lostSince);
  refuse.end();
  expect(await checkRegistration(db(), id)).toMatchObject({ state: "repaired" });
  expect(await kept()).toMatchObject({ lostSince: null, state: "repaired" });
});

/** The CRM lets its webhooks be read and not be written. */
function setRefusal(): { end(): void } {
  const { webhooks: all } = crm.state;
  const set = all.set.bind(all);
  all.set = () => {
    throw new Error("read only");
  };
  return {
    end: () => {
      all.set = set;
    },
  };
}

test("a change of the connection that is under way is not fought, and automations want no webhook", async () => {
  crm.state.webhooks.clear();
  await withConnectionLock(db(), id, async () => expect(await checkRegistration(db(), id)).toBeNull());
  expect(webhooks()).toHaveLength(0);
  await patchConnection(db(), id, { mode: "automation" }, "a test");
  expect(await checkRegistration(db(), id)).toBeNull();
  expect(webhooks()).toHaveLength(0);
  expect(await kept()).toBeUndefined();
});

test("each look is taken by one process, and the next one only when it is due", async () => {
  const taken = await Promise.all(Array.from({ length: 6 }, () => takeDue(db(), 60)));
  expect(taken.flat()).toEqual([id]);
  expect(await takeDue(db(), 60)).toEqual([]);
  crm.state.webhooks.clear();
  await Promise.all([checkDue(db(), 0), checkDue(db(), 0)]);
  expect(webhooks()).toHaveLength(1);
});
