import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { dropFlood, holdFlood, releaseFlood } from "../console/flood-decisions.ts";
import { carryOut } from "./flood-passes.ts";
import { openRuns } from "./lease.ts";
import { arrive, collectAll } from "./testing.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
const db = () => database.db;
const actor = "Ada";
const most = 20;
const contacts = Array.from({ length: most + 5 }, (_, at) => at + 1);

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

let connectionId: string;
let number = 0;
beforeEach(async () => {
  await db().$client`truncate deliveries, inbox, outcomes, syncs, floods, flood_rates, connections cascade`;
  connectionId = (await makeConnection(db(), { number: ++number, floodPerMinute: most })).id;
});

const waitingForLocks = async () => {
  const [row] = await db().$client<{ count: number }[]>`
    select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return row?.count ?? 0;
};

/** Does what is given while the run of contact 3 is being opened; fails if that has to wait for it. */
async function besideAnOpeningRun(work: () => Promise<unknown>): Promise<void> {
  const [taken, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const opening = db().$client.begin(async (tx) => {
    await openRuns(tx, [{ connectionId, contactRef: "3" }], "worker-a");
    taken.resolve();
    await over.promise;
  });
  await taken.promise;
  let state = "under way";
  const working = work().then(() => {
    state = "done";
  });
  try {
    await expect.poll(async () => ((await waitingForLocks()) > 0 ? "waiting" : state)).not.toBe("under way");
    expect(state).toBe("done");
  } finally {
    over.resolve();
    await Promise.all([opening, working]);
  }
}

const counted = async () => {
  const rows = await db().$client<{ what: string; count: number }[]>`
    select status || case when flood_id is null then ' outside' else '' end as what, count(*)::int as count
    from outcomes group by 1 order by 1`;
  return Object.fromEntries(rows.map(({ what, count }) => [what, count]));
};

test("a flood opens without waiting for a run that is being opened, and leaves it its delivery", async () => {
  await arrive(db(), connectionId, contacts.slice(0, most));
  await collectAll(db());
  await besideAnOpeningRun(async () => {
    await arrive(db(), connectionId, contacts.slice(most));
    await collectAll(db());
  });
  expect(await counted()).toEqual({ queued: most + 4, "running outside": 1 });
});

test("what is decided about a flood is carried out without waiting for a run that is being opened", async () => {
  await arrive(db(), connectionId, contacts);
  await collectAll(db());
  const [flood] = await db().$client<{ id: string }[]>`select id from floods`;
  const id = flood?.id ?? "";
  const carriedOut = async (state: string) => void (await carryOut(db(), { id, state }, () => false));
  await holdFlood(db(), id, undefined, actor);
  await besideAnOpeningRun(() => carriedOut("held"));
  expect(await counted()).toEqual({ held: most + 4, running: 1 });
  await releaseFlood(db(), id, undefined, actor);
  await carriedOut("pacing");
  await db().$client`update outcomes set status = 'queued' where status = 'running'`;
  await db().$client`delete from syncs`;
  expect(await counted()).toEqual({ queued: most + 5 });
  await dropFlood(db(), id, "Wrong import", actor);
  await besideAnOpeningRun(() => carriedOut("dropped"));
  expect(await counted()).toEqual({ filtered: most + 4, running: 1 });
});
