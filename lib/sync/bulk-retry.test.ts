import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeConnection } from "#db/factories.ts";
import { type TestDatabase, testDatabase } from "#db/testing.ts";
import { getRetries } from "../console/retries.ts";
import { planBulkRetry, runBulkRetry } from "./bulk-retry.ts";
import { openRuns } from "./lease.ts";

let database: TestDatabase;
let connectionId: string;
const db = () => database.db;
const contacts = 600;

beforeAll(async () => {
  database = await testDatabase();
  connectionId = (await makeConnection(db())).id;
  await db().$client`
    insert into outcomes (delivery_id, received_at, connection_id, dialect, action, trigger, contact_ref, contact_id,
      params, status, hop, collected_at)
    select * from (select uuid_v7(), now(), ${connectionId}::uuid, 'rollcall', 'update', 'automation', n % ${contacts}, n % ${contacts},
      '{}'::jsonb, 'dead', 'member', now() from generate_series(1, ${contacts * 2}) as n order by random()) as made`;
});
afterAll(() => database.close());

const plan = () =>
  db().transaction((tx) =>
    planBulkRetry(tx, sql`status = 'dead'`, { filter: { status: "dead" }, actor: "a test" }),
  );

/** Opens the runs of all contacts, some at a time and in no order, as workers do, until every one is open. */
async function openAll(): Promise<void> {
  const left = new Set(Array.from({ length: contacts }, (_, n) => String(n)));
  while (left.size > 0) {
    const refs = [...left].sort(() => Math.random() - 0.5).slice(0, 40);
    const runs = await openRuns(
      db().$client,
      refs.map((contactRef) => ({ connectionId, contactRef })),
      "worker-a",
    );
    for (const run of runs) left.delete(run.contactRef);
  }
}

test("the same bulk retry several times at once queues each delivery once, and each says what it covers", async () => {
  const all = contacts * 2;
  const planned = await Promise.all([plan(), plan(), plan(), plan()]);
  expect(planned.map(({ total }) => total)).toEqual([all, all, all, all]);
  const issuing = planned.map(({ id }) => runBulkRetry(db(), id));
  await Promise.all([openAll(), ...issuing]);
  const [taken] = await db().$client`
    select count(*)::int as queued, max(attempts) as attempts from outcomes where status in ('queued', 'running')`;
  expect(taken).toEqual({ queued: all, attempts: 1 });
  const retries = await Promise.all(planned.map(({ id }) => getRetries(db(), id)));
  expect(retries.reduce((sum, { total }) => sum + total, 0)).toBe(all);
  for (const { total, waiting, state } of retries) {
    expect(waiting).toBe(total);
    expect(state).toBe(total > 0 ? "running" : "done");
  }
});
