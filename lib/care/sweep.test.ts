import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { aDelivery } from "../console/testing.ts";
import { reserveCall } from "../queue/budget.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { runSync } from "../sync/run.ts";
import { requestSweep } from "./request-sweep.ts";
import { startDue } from "./start-due.ts";
import { stepSweep } from "./sweep.ts";
import {
  emptyDirectory,
  makeMembers,
  runQueued,
  sandboxConnection,
  setConnection,
  sweepThrough,
} from "./testing.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
const db = () => database.db;

beforeAll(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0, sendsWebhooks: false });
  database = await testDatabase();
});
afterAll(async () => {
  await database.close();
  await sandbox.close();
});
beforeEach(async () => {
  await emptyDirectory(db());
  Object.assign(sandbox.state.settings, {
    clockSkewMs: 0,
    sideload: true,
    tagsMoveUdate: true,
    filterMisreadMinutes: 0,
  });
  sandbox.control.reset(25);
});

const sweeps = () => db().$client`
  select cause, state, fixes, pages, listed, asked, drifted, widened, reason from sweeps order by id`;
const drifts = () => db().$client`
  select contact_id as "contactId", kind, state, changes, sync_id as "syncId" from drifts order by contact_id::int, id`;
const memberOf = async (contactId: number) => {
  const [row] = await db().$client`
    select m.* from members m join member_contacts l on l.member_id = m.id where l.contact_id = ${String(contactId)}`;
  return row;
};

/** A sweep that a person asked for, and the syncs it queued. */
async function sweep(id: string): Promise<void> {
  await requestSweep(db(), id, "person", "marta@example.com");
  await sweepThrough(db(), id);
  await runQueued(db(), id);
}

describe("changes whose webhooks were lost", () => {
  test("are found by asking, and put right by a sync that the drift names", async () => {
    const id = await sandboxConnection(db(), sandbox);
    await makeMembers(db(), id, [1, 2, 3, 4]);
    await sweep(id);
    expect(await drifts()).toEqual([]);
    sandbox.control.edit([2], { fields: { city: "Visby" }, addTags: ["VIP"] });
    sandbox.control.edit([3], { email: "moved@example.com" });
    await sweep(id);
    expect(await drifts()).toMatchObject([
      { contactId: "2", kind: "differs", state: "fixed", syncId: expect.any(String) },
      { contactId: "3", changes: { email: [expect.any(String), "moved@example.com"] } },
    ]);
    expect(await memberOf(2)).toMatchObject({ fields: { city: "Visby" } });
    expect((await memberOf(2))?.tags).toContain("VIP");
    expect(await memberOf(3)).toMatchObject({ email: "moved@example.com" });
    expect((await sweeps()).at(-1)).toMatchObject({ cause: "person", state: "done", drifted: 2 });
    expect(await db().$client`select status, member_id is not null as known from syncs`).toEqual([
      { status: "synced", known: true },
      { status: "synced", known: true },
    ]);
  });

  test("are found where the account does not send tags and fields along", async () => {
    sandbox.control.settings({ sideload: false });
    const id = await sandboxConnection(db(), sandbox, { sideload: "no" });
    await makeMembers(db(), id, [1, 2]);
    sandbox.control.edit([1], { addTags: ["VIP"] });
    await sweep(id);
    expect(await drifts()).toMatchObject([{ contactId: "1", state: "fixed" }]);
    expect((await memberOf(1))?.tags).toContain("VIP");
  });

  test("are all found where the account stops answering in the middle of a page", async () => {
    sandbox.control.settings({ sideload: false });
    const id = await sandboxConnection(db(), sandbox, { sideload: "no" });
    const changed = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    await makeMembers(db(), id, changed);
    sandbox.control.edit(changed, { addTags: ["Changed"] });
    sandbox.control.fault("429", 1, "contacts/6");
    await requestSweep(db(), id, "person", "marta@example.com");
    await stepSweep(db(), id);
    expect(await sweeps()).toMatchObject([{ state: "running", listed: 5, drifted: 5 }]);
    await db().$client`update budgets set paused_until = null`;
    await sweepThrough(db(), id);
    await runQueued(db(), id);
    const found = await drifts();
    expect(found.map((one) => [one.contactId, one.state])).toEqual(
      changed.map((one) => [String(one), "fixed"]),
    );
  });

  test("leave a drift that names the cause where one contact cannot be read, and its sync reads it again", async () => {
    sandbox.control.settings({ sideload: false });
    const id = await sandboxConnection(db(), sandbox, { sideload: "no" });
    await makeMembers(db(), id, [1, 2, 3]);
    sandbox.control.edit([1, 2, 3], { addTags: ["VIP"] });
    sandbox.control.fault("500", 1, "contacts/2");
    await requestSweep(db(), id, "person", "marta@example.com");
    await sweepThrough(db(), id);
    expect(
      await db().$client`select contact_id as id, kind, state, reason from drifts where reason is not null`,
    ).toEqual([{ id: "2", kind: "differs", state: "queued", reason: "crm_server_error" }]);
    await runQueued(db(), id);
    expect(await drifts()).toMatchObject([{ state: "fixed" }, { state: "fixed" }, { state: "fixed" }]);
    expect((await memberOf(2))?.tags).toContain("VIP");
  });

  test("are left to their delivery while that is on its way", async () => {
    const id = await sandboxConnection(db(), sandbox);
    await makeMembers(db(), id, [1]);
    sandbox.control.edit([1], { addTags: ["VIP"] });
    await aDelivery(db(), { connectionId: id, contactId: "1", outcome: { status: "queued" } });
    await sweep(id);
    expect(await drifts()).toEqual([]);
  });

  test("are only told in report mode, and settled by whatever reads the contact next", async () => {
    const id = await sandboxConnection(db(), sandbox, { reconcile: "report" });
    await makeMembers(db(), id, [1, 2]);
    sandbox.control.edit([1, 2], { addTags: ["VIP"] });
    const before = await memberOf(1);
    await sweep(id);
    expect(await drifts()).toMatchObject([{ state: "open" }, { state: "open" }]);
    expect(await memberOf(1)).toEqual(before);
    expect(await db().$client`select 1 from graphile_worker.jobs where task_identifier = 'sync'`).toEqual([]);
    await aDelivery(db(), { connectionId: id, contactId: "1", outcome: { status: "queued" } });
    await runSync(db(), { connectionId: id, contactRef: "1" }, "worker-a");
    expect(await drifts()).toMatchObject([{ state: "settled" }, { state: "open" }]);
    sandbox.control.edit([2], { removeTags: ["VIP"] });
    await sweep(id);
    expect(await drifts()).toMatchObject([{ state: "settled" }, { state: "settled" }]);
  });
});

describe("contacts of nobody", () => {
  test("become no members, unless any event of theirs would have made them one", async () => {
    const id = await sandboxConnection(db(), sandbox, { mode: "event", events: ["update"] });
    sandbox.control.edit([7], { addTags: ["Newcomer"] });
    await sweep(id);
    expect(await drifts()).toEqual([]);
    await setConnection(db(), id, { createOnEvent: true, listId: "1" });
    await sweep(id);
    expect(await drifts()).toEqual([]);
    await setConnection(db(), id, { listId: null });
    await sweep(id);
    expect(await drifts()).toMatchObject([{ contactId: "7", kind: "unknown", state: "fixed" }]);
    expect(await memberOf(7)).toBeDefined();
  });

  test("are linked where a member has their address", async () => {
    const id = await sandboxConnection(db(), sandbox);
    await makeMembers(db(), id, [1]);
    await db().$client`delete from member_contacts`;
    sandbox.control.edit([1], { addTags: ["VIP"] });
    await sweep(id);
    expect((await memberOf(1))?.tags).toContain("VIP");
  });
});

describe("the clocks", () => {
  test.each([
    ["ten minutes ahead of ours", 600_000],
    ["ten minutes behind ours", -600_000],
  ])("of the CRM may be %s", async (_, clockSkewMs) => {
    sandbox.control.settings({ clockSkewMs });
    const id = await sandboxConnection(db(), sandbox);
    await makeMembers(db(), id, [1, 2]);
    sandbox.control.edit([1], { addTags: ["Seen"] });
    await sweep(id);
    expect(await drifts()).toHaveLength(1);
    sandbox.control.edit([2], { addTags: ["Seen"] });
    await sweep(id);
    expect(await drifts()).toMatchObject([
      { contactId: "1", state: "fixed" },
      { contactId: "2", state: "fixed" },
    ]);
    const [mark] = await db().$client`select cursor from sweep_marks`;
    expect(Math.abs(Date.parse(mark?.cursor) - Date.now())).toBeLessThan(660_000);
  });

  test("may be turned back an hour between two sweeps", async () => {
    const id = await sandboxConnection(db(), sandbox);
    await makeMembers(db(), id, [1]);
    const at = (text: string) => {
      const contact = sandbox.state.contacts.get(1);
      if (contact) contact.updatedAt = new Date(text);
    };
    await db().$client`update connections set created_at = '2026-10-30T00:00:00Z'`;
    sandbox.control.edit([1], { addTags: ["Before"] });
    // 01:50 in summer time; the next change is at 01:10, an hour and twenty minutes minus one hour later.
    at("2026-11-01T06:50:00Z");
    await sweep(id);
    sandbox.control.edit([1], { addTags: ["After"] });
    at("2026-11-01T07:10:00Z");
    await sweep(id);
    expect((await memberOf(1))?.tags).toEqual(expect.arrayContaining(["Before", "After"]));
  });

  test("may be misread by the filter: the contact of the cursor tells, and a day more is asked for", async () => {
    const id = await sandboxConnection(db(), sandbox);
    await makeMembers(db(), id, [1, 2]);
    sandbox.control.edit([1], { addTags: ["First"] });
    await sweep(id);
    sandbox.control.settings({ filterMisreadMinutes: 300 });
    sandbox.control.edit([2], { addTags: ["Second"] });
    await sweep(id);
    expect(await drifts()).toMatchObject([{ state: "fixed" }, { contactId: "2", state: "fixed" }]);
    expect(await db().$client`select widened from sweep_marks`).toEqual([{ widened: true }]);
  });

  test("a contact of the cursor that is gone widens one sweep, not those after it", async () => {
    const id = await sandboxConnection(db(), sandbox);
    await makeMembers(db(), id, [1]);
    sandbox.control.edit([1], { addTags: ["First"] });
    await sweep(id);
    sandbox.control.remove(1);
    await sweep(id);
    expect(await db().$client`select widened, witness from sweep_marks`).toEqual([
      { widened: false, witness: null },
    ]);
  });
});

describe("a sweep of many pages", () => {
  const all = Array.from({ length: 250 }, (_, index) => index + 1);

  async function manyChanges(): Promise<string> {
    sandbox.control.grow(250);
    const id = await sandboxConnection(db(), sandbox);
    await makeMembers(db(), id, all);
    sandbox.control.edit(all, { addTags: ["Everyone"] });
    await requestSweep(db(), id, "person");
    return id;
  }

  test("goes on where it stopped, when a worker was killed or two of them step at once", async () => {
    const id = await manyChanges();
    await stepSweep(db(), id);
    expect(await sweeps()).toMatchObject([{ state: "running", pages: 1, listed: 100, drifted: 100 }]);
    // The next step was lost with its worker.
    await db().$client`delete from graphile_worker._private_jobs`;
    await db().$client`update sweeps set moved_at = now() - interval '5 minutes'`;
    await startDue(db());
    expect(await db().$client`select key from graphile_worker.jobs`).toEqual([{ key: `sweep:${id}` }]);
    await Promise.all([stepSweep(db(), id), stepSweep(db(), id)]);
    expect((await sweeps())[0]).toMatchObject({ pages: 2, listed: 200, drifted: 200 });
    await sweepThrough(db(), id);
    expect(await sweeps()).toMatchObject([{ state: "done", pages: 3, listed: 250, drifted: 250 }]);
    expect((await drifts()).every(({ state }) => state === "queued")).toBe(true);
  });

  test("waits while webhooks need the account's budget, and leaves room for them", async () => {
    const id = await manyChanges();
    await setConnection(db(), id, { callsPerSecond: 5 });
    const account = `activecampaign ${new URL(sandbox.url).host}`;
    const limits = { callsPerSecond: 5, callsPerMinute: null, callsPerDay: null };
    for (let call = 0; call < 8; call++) await reserveCall(db(), account, limits);
    const before = sandbox.control.calls().total;
    await stepSweep(db(), id);
    expect(sandbox.control.calls().total).toBe(before);
    expect(await sweeps()).toMatchObject([{ state: "running", pages: 0, reason: null }]);
    await db().$client`update budgets set slots = '{}'`;
    await stepSweep(db(), id);
    expect(await sweeps()).toMatchObject([{ pages: 1 }]);
    const { waitMs } = await reserveCall(db(), account, limits);
    expect(waitMs).toBeLessThanOrEqual(0);
  });

  test("is tried again later when the CRM fails, and ends when only a person can help", async () => {
    const id = await manyChanges();
    sandbox.control.fault("500", 1, "contacts");
    await stepSweep(db(), id);
    expect(await sweeps()).toMatchObject([{ state: "running", pages: 0, reason: "crm_server_error" }]);
    sandbox.control.fault("403", 1, "contacts");
    await stepSweep(db(), id);
    expect(await sweeps()).toMatchObject([{ state: "failed", reason: "crm_forbidden" }]);
    expect(await db().$client`select cursor from sweep_marks`).toEqual([{ cursor: null }]);
  });
});

describe("the schedule", () => {
  test("sweeps when the interval is over and when somebody asked, one at a time", async () => {
    const id = await sandboxConnection(db(), sandbox, { reconcileMinutes: 30 });
    const jobs = () => db().$client`select task_identifier as task from graphile_worker.jobs`;
    await startDue(db());
    expect(await jobs()).toEqual([{ task: "sweep" }]);
    await sweepThrough(db(), id);
    expect(await sweeps()).toMatchObject([{ cause: "schedule" }]);
    await db().$client`delete from graphile_worker._private_jobs`;
    await startDue(db());
    expect(await jobs()).toEqual([]);
    await Promise.all([requestSweep(db(), id, "webhook_off"), requestSweep(db(), id, "webhook_off")]);
    await Promise.all([stepSweep(db(), id), stepSweep(db(), id)]);
    await sweepThrough(db(), id);
    expect(await sweeps()).toMatchObject([{ cause: "schedule" }, { cause: "webhook_off" }]);
  });

  test("rests where it is switched off; a person can sweep all the same", async () => {
    const id = await sandboxConnection(db(), sandbox, { reconcile: "off" });
    await startDue(db());
    await requestSweep(db(), id, "door_down");
    await sweepThrough(db(), id);
    expect(await sweeps()).toEqual([]);
    await sweep(id);
    expect(await sweeps()).toMatchObject([{ cause: "person", fixes: false }]);
  });
});
