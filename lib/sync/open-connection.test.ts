import { expect, test, vi } from "vitest";
import { budgets } from "#db/schema/connections.ts";
import { testDatabase } from "#db/testing.ts";
import { env } from "../env.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import { seal } from "../secrets.ts";
import { type ConnectionRow, openConnection } from "./open-connection.ts";

/** As server.ts and Next's bundle do: the same modules twice in one process. */
async function anotherGraph() {
  vi.resetModules();
  const { openConnection } = await import("./open-connection.ts");
  const { GiveUp } = await import("../errors.ts");
  return { openConnection, GiveUp };
}

const aRow = (given: Partial<ConnectionRow> = {}): ConnectionRow => ({
  id: "01990001-0000-7000-8000-000000000001",
  name: "Metadata",
  kind: "activecampaign",
  baseUrl: "http://169.254.169.254",
  credentials: seal(env().ENCRYPTION_KEY, JSON.stringify({ apiToken: "token" })),
  mode: "automation",
  events: [],
  sources: [],
  listId: null,
  createOnEvent: false,
  webhookId: null,
  webhookKeyId: null,
  defaultRole: "subscriber",
  returnPasswordField: null,
  fieldMap: [],
  callsPerSecond: 50,
  callsPerMinute: null,
  callsPerDay: null,
  quietMs: 0,
  maxWaitMs: 30_000,
  floodPerMinute: 600,
  floodHold: false,
  batchDelaySeconds: 300,
  reconcile: "fix",
  reconcileMinutes: 60,
  sideload: "unknown",
  lastTest: null,
  createdAt: new Date(),
  updatedAt: new Date(),
  ...given,
});

test("a failure has the class that its caller knows, whichever module graph called a CRM first", async () => {
  const { db, close } = await testDatabase();
  for (const graph of [await anotherGraph(), await anotherGraph()]) {
    await expect(graph.openConnection(db, aRow()).load("1")).rejects.toBeInstanceOf(graph.GiveUp);
  }
  await close();
});

test("two connections to one account take their calls from one budget", async () => {
  const { db, close } = await testDatabase();
  const crm = await startSandbox({ callsPerSecond: 0 });
  const credentials = seal(env().ENCRYPTION_KEY, JSON.stringify({ apiToken: crm.apiToken }));
  const [one, other] = ["1", "2"].map((number) =>
    openConnection(
      db,
      aRow({ id: `01990001-0000-7000-8000-00000000000${number}`, baseUrl: crm.url, credentials }),
    ),
  );
  await one?.client.lists();
  await other?.client.lists();
  const [{ account, calls } = fail(), ...more] = await db.select().from(budgets);
  expect([account, more]).toEqual([`activecampaign ${new URL(crm.url).host}`, []]);
  // A call that starts too late for its slot takes another.
  expect(calls).toBeGreaterThanOrEqual(2);
  await crm.close();
  await close();
});

test("a day's last call is the last one, also for contacts that share a call", async () => {
  const { db, close } = await testDatabase();
  const crm = await startSandbox({ callsPerSecond: 0 });
  const credentials = seal(env().ENCRYPTION_KEY, JSON.stringify({ apiToken: crm.apiToken }));
  const open = openConnection(db, aRow({ baseUrl: crm.url, credentials, callsPerDay: 1 }));
  // On a machine that is late with it, the first call may have cost the day's slot and not been made.
  await open.load("1").catch(() => undefined);
  const made = crm.control.calls().total;
  await expect(open.load("1")).rejects.toMatchObject({ reason: "day_budget_spent" });
  expect(await open.loadMany(["1", "2"])).toEqual([
    expect.objectContaining({ reason: "day_budget_spent" }),
    expect.objectContaining({ reason: "day_budget_spent" }),
  ]);
  expect(crm.control.calls().total).toBe(made);
  await crm.close();
  await close();
});

function fail(): never {
  throw new Error("no budget was kept");
}
