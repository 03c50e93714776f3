import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { dropFlood, holdFlood, releaseFlood } from "../console/flood-decisions.ts";
import { listFloods } from "../console/floods.ts";
import { retryDelivery } from "../console/retry-delivery.ts";
import { watchDoor } from "../door/counters.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { seal } from "../secrets.ts";
import { countFlood } from "./flood-count.ts";
import { drainFlood } from "./flood-drain.ts";
import { tickFloods } from "./flood-tick.ts";
import { runSync } from "./run.ts";
import { arrive, collectAll, letRateFall } from "./testing.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let connectionId: string;
const db = () => database.db;
const most = 20;

beforeAll(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 400 });
  database = await testDatabase();
});
afterAll(async () => {
  await database.close();
  await sandbox.close();
});

let number = 0;
async function fresh(given: Parameters<typeof makeConnection>[1] = {}): Promise<void> {
  number += 1;
  await db()
    .$client`truncate deliveries, inbox, outcomes, syncs, floods, flood_rates, members, connections, budgets cascade`;
  await db().$client`delete from graphile_worker._private_jobs`;
  const connection = await makeConnection(db(), {
    number,
    baseUrl: sandbox.url,
    credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
    floodPerMinute: most,
    ...given,
  });
  connectionId = connection.id;
}
beforeEach(() => fresh());

const contacts = (count: number, from = 1) => Array.from({ length: count }, (_, at) => from + at);
const come = (ids: number[], given?: Parameters<typeof arrive>[3]) => arrive(db(), connectionId, ids, given);
const floods = async () => (await listFloods(db(), { limit: 50 })).items;
const theFlood = async () => {
  const [flood] = await floods();
  if (!flood) throw new Error("no flood is open");
  return flood;
};
const drain = async () => {
  for (const { id, state } of await floods())
    if (["pacing", "draining"].includes(state))
      await drainFlood(db(), { id, connectionId }, "worker-a", () => false);
};
const statuses = async (): Promise<Record<string, number>> => {
  const rows = await db().$client<{ status: string; count: number }[]>`
    select status, count(*)::int as count from outcomes group by 1`;
  return Object.fromEntries(rows.map((row) => [row.status, row.count]));
};
const jobs = async () => {
  const [row] = await db().$client<{ count: number }[]>`
    select count(*)::int as count from graphile_worker.jobs where task_identifier = 'sync'`;
  return row?.count ?? 0;
};
/** Runs the jobs that wait, as the queue does. */
const work = async () => {
  const refs = await db().$client<{ connectionId: string; contactRef: string }[]>`
    delete from graphile_worker._private_jobs returning payload ->> 'connectionId' as "connectionId",
      payload ->> 'contactRef' as "contactRef"`;
  await Promise.all(refs.map((ref) => runSync(db(), ref, "worker-a")));
};

describe("a flood", () => {
  test("opens when more comes in a minute than the connection allows, and takes that minute along", async () => {
    await come(contacts(most));
    await collectAll(db());
    expect(await floods()).toEqual([]);
    expect(await jobs()).toBe(most);
    await come(contacts(5, 101));
    await collectAll(db());
    await come(contacts(30, 201));
    await collectAll(db());
    await tickFloods(db());
    expect(await theFlood()).toMatchObject({
      kind: "flood",
      state: "pacing",
      taking: true,
      thresholdPerMinute: most,
      deliveries: most + 35,
      contacts: most + 35,
      callsNeeded: 1,
    });
    expect((await theFlood()).etaSeconds).toBeGreaterThan(0);
    // What came before it was known has its job, in the bulk lane; what came after has none.
    expect(await jobs()).toBe(most + 5);
    const lanes = await db().$client`select distinct priority from graphile_worker.jobs`;
    expect(lanes).toEqual([{ priority: 10 }]);
  });

  test("is over when its rate has fallen, although the everyday webhooks go on", async () => {
    await come(contacts(most + 5));
    await collectAll(db());
    await tickFloods(db());
    expect(await theFlood()).toMatchObject({ taking: true });
    // The minute of the flood has passed; now one comes every few seconds.
    await db().$client`update flood_rates set at = at - interval '70 seconds'`;
    await come([301]);
    await collectAll(db());
    await tickFloods(db());
    expect(await theFlood()).toMatchObject({ taking: false });
    await come([302]);
    await collectAll(db());
    const [row] = await db().$client`select flood_id from outcomes where contact_id = '302'`;
    expect(row).toEqual({ flood_id: null });
  });

  test("wakes those who work it off with all that still comes", async () => {
    let woken = 0;
    const listening = await db().$client.listen("rollcall_floods", () => {
      woken += 1;
    });
    await come(contacts(most + 1));
    await collectAll(db());
    await expect.poll(() => woken).toBe(1);
    await come(contacts(1, 101));
    await collectAll(db());
    await expect.poll(() => woken).toBe(2);
    await holdFlood(db(), (await theFlood()).id, undefined, "Ada");
    await expect.poll(() => woken).toBe(3);
    await come(contacts(1, 102));
    await collectAll(db());
    await db().$client`select pg_notify('rollcall_floods', '')`;
    await expect.poll(() => woken).toBe(4);
    await listening.unlisten();
  });

  test("is no flood when it came slowly while the worker was away", async () => {
    for (let minute = 9; minute > 0; minute -= 1) await come(contacts(most), { ageSeconds: minute * 70 });
    await collectAll(db());
    expect(await floods()).toEqual([]);
  });

  test("is read in full calls, each contact once, and closes by itself", async () => {
    await come(contacts(most + 1, 301));
    await collectAll(db());
    await db().$client`delete from graphile_worker._private_jobs`;
    await come(contacts(300));
    await collectAll(db());
    await come(contacts(300));
    await collectAll(db());
    await db().$client`update connections set sideload = 'yes'`;
    const before = sandbox.control.calls().total;
    await drain();
    expect(sandbox.control.calls().total - before).toBe(4);
    await tickFloods(db());
    expect((await theFlood()).closedAt).toBeNull();
    await letRateFall(db());
    await tickFloods(db());
    const flood = await theFlood();
    expect(flood).toMatchObject({
      state: "done",
      taking: false,
      deliveries: 300 * 2 + most + 1,
      contactsLeft: 0,
    });
    expect(flood.counts).toMatchObject({
      waiting: 0,
      running: 0,
      held: 0,
      failed: 0,
      done: flood.deliveries,
    });
    expect(flood.etaSeconds).toBeNull();
    expect(await statuses()).toMatchObject({ duplicate: 300, skipped: 300 + most + 1 });
  });

  test("of updates does not make new members wait; one of new members does", async () => {
    await come(contacts(most + 5));
    await collectAll(db());
    await come([350], { action: "add" });
    await collectAll(db());
    const [added] = await db().$client`select flood_id, status from outcomes where action = 'add'`;
    expect(added).toEqual({ flood_id: null, status: "queued" });
    const urgent = await db().$client`select key from graphile_worker.jobs where priority < 0`;
    expect(urgent).toEqual([{ key: `sync:${connectionId}:350` }]);
    await come(contacts(most + 1, 101), { action: "add" });
    await collectAll(db());
    await come([360], { action: "add" });
    await collectAll(db());
    const [last] = await db().$client`select flood_id from outcomes where contact_id = '360'`;
    expect(last?.flood_id).toBe((await theFlood()).id);
  });

  test("rests while the CRM answers nothing, and goes on after", async () => {
    await come(contacts(most + 1));
    await collectAll(db());
    sandbox.control.fault("500", 1_000);
    await drain();
    sandbox.control.clearFaults();
    const rested = await theFlood();
    expect(rested.pausedUntil).not.toBeNull();
    await come(contacts(3, 101));
    await collectAll(db());
    await drain();
    expect(await statuses()).toMatchObject({ queued: 3, failed: most + 1 });
    await db().$client`update floods set paused_until = now()`;
    await db().$client`truncate breakers`;
    await drain();
    expect(await statuses()).toMatchObject({ skipped: 3 });
  });

  test("lets a crowded door answer first", async () => {
    await come(contacts(most + 1));
    await collectAll(db());
    let requests = 500;
    let looks = 0;
    watchDoor(() => {
      looks += 1;
      return { requests, bytes: 0, spool: { since: null, deliveries: 0, bytes: 0, maxBytes: 1 } };
    });
    const { id } = await theFlood();
    let stopping = false;
    const stopped = drainFlood(db(), { id, connectionId }, "worker-b", () => stopping);
    const drained = drain();
    await expect.poll(() => looks).toBeGreaterThan(4);
    expect(await statuses()).toEqual({ queued: most + 1 });
    stopping = true;
    await stopped;
    expect(await statuses()).toEqual({ queued: most + 1 });
    requests = 0;
    await drained;
    expect(await statuses()).toEqual({ skipped: most + 1 });
  });

  test("goes on after the CRM asked for slower calls, which its account waits for by itself", async () => {
    await come(contacts(most + 1));
    await collectAll(db());
    await db().$client`update connections set sideload = 'yes'`;
    sandbox.control.fault("429", 1);
    await drain();
    expect(await statuses()).toMatchObject({ failed: most + 1 });
    expect((await theFlood()).pausedUntil).toBeNull();
  });
});

describe("what a person decides about a flood", () => {
  const actor = "anna@example.com";
  const open = async () => {
    await come(contacts(most + 5));
    await collectAll(db());
    return (await theFlood()).id;
  };

  test("held, it keeps everything, what still comes too, and says who holds it", async () => {
    const id = await open();
    expect(await holdFlood(db(), id, "Launch at noon", actor)).toMatchObject({
      state: "held",
      etaSeconds: null,
      decision: { choice: "hold", by: actor, reason: "Launch at noon" },
    });
    await come(contacts(30, 101));
    await collectAll(db());
    await drain();
    await tickFloods(db());
    await work();
    expect(await statuses()).toEqual({ held: most + 35 });
    expect((await theFlood()).counts).toMatchObject({ held: most + 35, waiting: 0 });
    const [row] = await db().$client`select distinct reason, detail from outcomes`;
    expect(row).toEqual({ reason: "flood_held", detail: actor });
    await letRateFall(db());
    await tickFloods(db());
    expect(await theFlood()).toMatchObject({ state: "held", taking: false, closedAt: null });
    // A webhook that comes when the rate has fallen is not part of it.
    await come([7]);
    await collectAll(db());
    await work();
    expect(await statuses()).toEqual({ held: most + 35, skipped: 1 });
  });

  test("its counts follow a decision at once, also when a slow count came between", async () => {
    const id = await open();
    await holdFlood(db(), id, undefined, actor);
    const { counted } = await db().$client.begin(async (other) => {
      await other`lock table outcomes in access exclusive mode`;
      const counted = countFlood(db(), id, true);
      await expect
        .poll(() => other`select from pg_locks where relation = 'outcomes'::regclass and not granted`)
        .not.toHaveLength(0);
      await other`select pg_sleep(0.5)`;
      return { counted };
    });
    await counted;
    await tickFloods(db());
    expect((await theFlood()).counts).toMatchObject({ held: most + 5, waiting: 0 });
  });

  test("one delivery of a held flood can be retried alone", async () => {
    const id = await open();
    await holdFlood(db(), id, undefined, actor);
    await tickFloods(db());
    const [first] = await db().$client<
      { id: string }[]
    >`select delivery_id as id from outcomes order by 1 limit 1`;
    await db().$client`delete from graphile_worker._private_jobs`;
    await retryDelivery(db(), first?.id ?? "", actor);
    await tickFloods(db());
    await work();
    expect(await statuses()).toEqual({ held: most + 4, skipped: 1 });
  });

  test("released, it goes on; dropped, it filters what is left with the reason and the name, and can be retried", async () => {
    const id = await open();
    await holdFlood(db(), id, undefined, actor);
    await tickFloods(db());
    expect(await releaseFlood(db(), id, undefined, actor)).toMatchObject({ state: "pacing" });
    await tickFloods(db());
    expect(await statuses()).toEqual({ queued: most + 5 });
    await dropFlood(db(), id, "Wrong import", actor);
    await come(contacts(3, 101));
    await collectAll(db());
    await tickFloods(db());
    expect(await statuses()).toEqual({ filtered: most + 8 });
    const [row] = await db().$client`select distinct reason, detail from outcomes`;
    expect(row).toEqual({ reason: "flood_dropped", detail: `Wrong import, ${actor}` });
    await letRateFall(db());
    await tickFloods(db());
    expect(await theFlood()).toMatchObject({
      state: "dropped",
      taking: false,
      counts: { dropped: most + 8 },
    });
    expect((await theFlood()).closedAt).not.toBeNull();
    await expect(holdFlood(db(), id, undefined, actor)).rejects.toMatchObject({ code: "conflict" });
    const [last] = await db().$client<
      { id: string }[]
    >`select delivery_id as id from outcomes order by 1 desc limit 1`;
    await retryDelivery(db(), last?.id ?? "", actor);
    await work();
    expect(await statuses()).toEqual({ filtered: most + 7, skipped: 1 });
    const audits = await db()
      .$client`select action, actor from audit_log where target = 'flood' order by id desc limit 3`;
    expect(audits.map((one) => one.action)).toEqual(["dropped", "released", "held"]);
  });

  test("a connection that holds floods by itself lets none begin", async () => {
    await fresh({ floodHold: true });
    await come(contacts(most + 1));
    await collectAll(db());
    await tickFloods(db());
    await work();
    expect(await statuses()).toEqual({ held: most + 1 });
    expect(await theFlood()).toMatchObject({ state: "held", decision: { choice: "hold", by: null } });
  });

  test("in whatever order it is decided, nothing is lost and nothing that was dropped alone covers another", async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("come" as const),
        from: fc.nat(40),
        count: fc.integer({ min: 1, max: 30 }),
      }),
      fc.record({ kind: fc.constantFrom("hold" as const, "release" as const, "drop" as const) }),
      fc.record({
        kind: fc.constantFrom("tick" as const, "drain" as const, "fall" as const, "work" as const),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        await fresh({ floodPerMinute: 10 });
        let sent = 0;
        for (const one of steps) {
          if (one.kind === "come") {
            await come(contacts(one.count, 1 + one.from));
            sent += one.count;
            await collectAll(db());
          } else if (one.kind === "tick") await tickFloods(db());
          else if (one.kind === "drain") await drain();
          else if (one.kind === "work") await work();
          else if (one.kind === "fall") await letRateFall(db());
          else {
            const decide = { hold: holdFlood, release: releaseFlood, drop: dropFlood }[one.kind];
            for (const { id } of await floods())
              await decide(db(), id, "Because", actor).catch((error) => expect(error.code).toBe("conflict"));
          }
        }
        for (const { id, state } of await floods()) {
          if (state === "held") await releaseFlood(db(), id, undefined, actor);
        }
        for (let round = 0; round < 3; round += 1) {
          await letRateFall(db());
          await tickFloods(db());
          await drain();
          await work();
        }
        await tickFloods(db());
        const left = await db().$client`
          select status, reason from outcomes where status not in ('synced', 'skipped', 'duplicate', 'filtered')`;
        expect(left).toEqual([]);
        const [counted] = await db().$client<{ all: number; uncovered: number }[]>`
          select count(*)::int as all, count(*) filter (where status = 'duplicate' and not exists (
            select from outcomes o where o.delivery_id = d.duplicate_of and o.status = 'skipped'))::int as uncovered
          from outcomes d`;
        expect(counted).toEqual({ all: sent, uncovered: 0 });
        for (const flood of await floods()) expect(flood.closedAt).not.toBeNull();
      }),
      { numRuns: 8 },
    );
  });
});
