import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { stepAudit } from "../care/audit.ts";
import { startHeartbeat } from "../care/heartbeat.ts";
import { startDue } from "../care/start-due.ts";
import { emptyDirectory, makeMembers, runQueued, sandboxConnection, sweepThrough } from "../care/testing.ts";
import { doorTrouble } from "../door/trouble.ts";
import { uuidv7 } from "../ids.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { abortAudit, getAudit, startAudit } from "./reconcile-audits.ts";
import { dismissDrift, listDrifts } from "./reconcile-drifts.ts";
import { abortFixes, createFixes, getFixes } from "./reconcile-fixes.ts";
import { getReconciliation, listSweeps, startSweep } from "./reconcile-state.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let id: string;
const db = () => database.db;
const all = Array.from({ length: 250 }, (_, index) => index + 1);
const actor = "marta@example.com";

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
  sandbox.control.settings({ sideload: true, tagsMoveUdate: true });
  sandbox.control.reset(250);
  id = await sandboxConnection(db(), sandbox);
});

async function auditThrough(auditId: string) {
  while ((await getAudit(db(), auditId)).state === "running") await stepAudit(db(), auditId);
  return getAudit(db(), auditId);
}
const drifts = (state: "unsettled" | "all" = "unsettled") =>
  listDrifts(db(), { connection: id, state, limit: 200 }).then(({ items }) => items);
const jobs = () => db().$client`select task_identifier as task from graphile_worker.jobs order by 1`;

describe("an audit", () => {
  test("tells of 250 members what differs, what is gone and what took its place, and changes nothing", async () => {
    await makeMembers(db(), id, all);
    const [before] = await db().$client`select md5(string_agg(m::text, '' order by id)) from members m`;
    sandbox.control.edit([3], { email: "moved@example.com" });
    // A change that moves no date: no sweep could see it.
    sandbox.control.settings({ tagsMoveUdate: false });
    sandbox.control.edit([120, 121], { addTags: ["Quiet"] });
    sandbox.control.edit([249], { fields: { city: "Visby" } });
    sandbox.control.remove(200);
    sandbox.control.forget(201);
    const heir = sandbox.state.contacts.get(202);
    sandbox.control.remove(202);
    sandbox.control.grow(251);
    Object.assign(sandbox.state.contacts.get(251) ?? {}, { email: heir?.email });
    const { id: auditId, total } = await startAudit(db(), id, actor);
    expect(total).toBe(250);
    const done = await auditThrough(auditId);
    expect(done).toMatchObject({ state: "done", checked: 250, drifted: 4, gone: 3, unread: 0 });
    const found = await drifts();
    const of = (contactId: string) => found.find((one) => one.contactId === contactId);
    expect(of("3")?.changes).toMatchObject({ email: [expect.any(String), "moved@example.com"] });
    expect(of("120")?.changes).toMatchObject({ tagsAdded: ["Quiet"], tagsRemoved: [] });
    expect(of("249")?.changes).toMatchObject({ fields: { city: [expect.any(String), "Visby"] } });
    expect(of("200")).toMatchObject({ kind: "gone", fixable: false, reason: "contact_deleted" });
    expect(of("201")).toMatchObject({ kind: "gone", fixable: false, reason: "contact_missing" });
    expect(of("202")).toMatchObject({ kind: "moved", fixable: true, detail: "251" });
    expect(found).toHaveLength(7);
    const [after] = await db().$client`select md5(string_agg(m::text, '' order by id)) from members m`;
    expect(after).toEqual(before);
  });

  test("runs once at a time, goes on after a lost step, and can be stopped", async () => {
    await makeMembers(db(), id, all);
    const { id: auditId } = await startAudit(db(), id, actor);
    await expect(startAudit(db(), id, actor)).rejects.toMatchObject({ code: "conflict" });
    await Promise.all([stepAudit(db(), auditId), stepAudit(db(), auditId)]);
    expect(await getAudit(db(), auditId)).toMatchObject({ checked: 100, state: "running" });
    await db().$client`delete from graphile_worker._private_jobs`;
    await db().$client`update audits set moved_at = now() - interval '5 minutes'`;
    await db().$client`update connections set reconcile = 'off'`;
    await startDue(db());
    expect(await jobs()).toEqual([{ task: "audit" }]);
    await stepAudit(db(), auditId);
    expect(await abortAudit(db(), auditId, actor)).toMatchObject({ state: "aborted", checked: 200 });
    await stepAudit(db(), auditId);
    expect(await getAudit(db(), auditId)).toMatchObject({ state: "aborted", checked: 200 });
  });

  test("costs a call for a hundred contacts", async () => {
    await makeMembers(db(), id, all);
    const before = sandbox.control.calls().total;
    await auditThrough((await startAudit(db(), id, actor)).id);
    expect(sandbox.control.calls().total - before).toBe(3);
  });
});

describe("fixing", () => {
  async function threeDrifts() {
    await makeMembers(db(), id, [1, 2, 3, 4]);
    sandbox.control.edit([1, 2, 3], { addTags: ["Late"] });
    sandbox.control.remove(4);
    await auditThrough((await startAudit(db(), id, actor)).id);
  }

  test("one or all is planned, counted and audited, and puts the members right", async () => {
    await threeDrifts();
    const [first] = (await drifts()).filter(({ contactId }) => contactId === "1");
    const one = await createFixes(db(), { connectionId: id, driftIds: [first?.id ?? ""] }, actor);
    expect(one).toMatchObject({ total: 1, waiting: 1, state: "running" });
    await expect(
      createFixes(db(), { connectionId: id, driftIds: [first?.id ?? ""] }, actor),
    ).rejects.toMatchObject({ code: "conflict" });
    const rest = await createFixes(db(), { connectionId: id }, actor);
    expect(rest).toMatchObject({ total: 2 });
    await runQueued(db(), id);
    expect(await getFixes(db(), rest.id)).toMatchObject({ done: 2, failed: 0, waiting: 0, state: "done" });
    const tagged = await db().$client`select 1 from members where tags @> '{Late}'`;
    expect(tagged).toHaveLength(3);
    expect(await drifts()).toMatchObject([{ contactId: "4", kind: "gone", fixable: false }]);
    expect(await db().$client`select action from audit_log where action = 'fixed'`).toHaveLength(2);
  });

  test("can be stopped, and what failed says why and can be tried again", async () => {
    await threeDrifts();
    const fix = await createFixes(db(), { connectionId: id }, actor);
    expect(await abortFixes(db(), fix.id, actor)).toMatchObject({ state: "aborted", waiting: 0 });
    expect(await drifts()).toHaveLength(4);
    const again = await createFixes(db(), { connectionId: id }, actor);
    sandbox.control.remove(2);
    await runQueued(db(), id);
    expect(await getFixes(db(), again.id)).toMatchObject({ done: 2, failed: 1, state: "done" });
    const failed = (await drifts("all")).find(({ state }) => state === "failed");
    expect(failed).toMatchObject({ contactId: "2", reason: "contact_deleted" });
    expect(await createFixes(db(), { connectionId: id, driftIds: [failed?.id ?? ""] }, actor)).toMatchObject({
      total: 1,
    });
  });

  test("a contact that has taken another's place is linked by its address", async () => {
    await makeMembers(db(), id, [5]);
    const email = sandbox.state.contacts.get(5)?.email;
    sandbox.control.remove(5);
    sandbox.control.grow(251);
    Object.assign(sandbox.state.contacts.get(251) ?? {}, { email });
    await auditThrough((await startAudit(db(), id, actor)).id);
    await createFixes(db(), { connectionId: id }, actor);
    await runQueued(db(), id);
    expect(await db().$client`select contact_id from member_contacts`).toEqual([{ contact_id: "251" }]);
    expect((await drifts("all"))[0]).toMatchObject({ kind: "moved", state: "fixed" });
  });

  test("what is dismissed is told again only when the contact changes again", async () => {
    await makeMembers(db(), id, [1]);
    await db().$client`update connections set reconcile = 'report', updated_at = now()`;
    sandbox.control.edit([1], { addTags: ["Late"] });
    await startSweep(db(), id, actor);
    await sweepThrough(db(), id);
    const [found] = await drifts();
    expect(await dismissDrift(db(), found?.id ?? "", actor)).toMatchObject({ state: "dismissed" });
    await startSweep(db(), id, actor);
    await sweepThrough(db(), id);
    expect(await drifts()).toEqual([]);
    const contact = sandbox.state.contacts.get(1);
    sandbox.control.edit([1], { addTags: ["Later"] });
    contact?.updatedAt.setSeconds(contact.updatedAt.getSeconds() + 2);
    await startSweep(db(), id, actor);
    await sweepThrough(db(), id);
    expect(await drifts()).toMatchObject([{ contactId: "1", state: "open" }]);
  });
});

describe("what the page shows", () => {
  test("is the setting, the last sweep with what became of its drift, and the next one", async () => {
    await makeMembers(db(), id, [1, 2]);
    expect(await getReconciliation(db(), id)).toMatchObject({ setting: "fix", sweep: null, members: 2 });
    sandbox.control.edit([1], { addTags: ["Late"] });
    expect(await startSweep(db(), id, actor)).toMatchObject({ requested: true });
    await sweepThrough(db(), id);
    expect((await getReconciliation(db(), id)).sweep).toMatchObject({ drifted: 1, fixed: 0, waiting: 1 });
    await runQueued(db(), id);
    const now = await getReconciliation(db(), id);
    expect(now.sweep).toMatchObject({
      cause: "person",
      actor,
      state: "done",
      asked: 1,
      fixed: 1,
      waiting: 0,
    });
    expect(Date.parse(now.nextAt ?? "") - Date.parse(now.sweep?.startedAt ?? "")).toBe(3_600_000);
    expect((await listSweeps(db(), id)).items).toHaveLength(1);
  });
});

describe("after an outage", () => {
  const owed = () =>
    db().$client`select requested_cause as cause from sweep_marks where requested_at is not null`;

  test("a door that opens where none was open asks for a sweep, the first one of all does not", async () => {
    const first = await startHeartbeat(db());
    expect(await owed()).toEqual([]);
    const beside = await startHeartbeat(db());
    await first.stop();
    await beside.stop();
    const later = await startHeartbeat(db());
    expect(await owed()).toEqual([{ cause: "door_down" }]);
    await later.stop();
  });

  test("a door beside a living one of another machine asks for none", async () => {
    await db().$client`insert into door_beats values (${uuidv7()}, 'elsewhere 7', now(), now())`;
    const door = await startHeartbeat(db());
    expect(await owed()).toEqual([]);
    await door.stop();
  });

  test("a spool that was used asks for a sweep, once", async () => {
    const door = await startHeartbeat(db());
    doorTrouble().spooled += 1;
    await door.beat();
    expect(await owed()).toEqual([{ cause: "spool_used" }]);
    await sweepThrough(db(), id);
    await door.beat();
    expect(await owed()).toEqual([]);
    await door.stop();
  });
});
