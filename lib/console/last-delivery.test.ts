import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#db/testing.ts";
import { listConnections } from "./connections.ts";
import { lastDeliveryAt } from "./last-delivery.ts";
import { aConnection, aDelivery } from "./testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("a connection that was never called is known without reading the log of the others", async () => {
  const { db } = database;
  const busy = await aConnection(db);
  const silent = await aConnection(db);
  await db.execute(sql`
    insert into outcomes (delivery_id, received_at, connection_id, dialect, action, trigger, params, status, hop, collected_at)
    select uuid_v7(), now() - interval '1 day', ${busy}::uuid, 'rollcall', 'update', 'automation', '{}', 'synced', 'sites', now()
    from generate_series(1, 3000)`);
  await db.execute(sql`analyze outcomes`);
  const last = await aDelivery(db, { connectionId: busy, outcome: { status: "synced" } });
  const [newest] = await db.execute<{ at: string }>(
    sql`select received_at as at from outcomes where delivery_id = ${last}`,
  );
  const { items } = await listConnections(db);
  const lastOf = (id: string) => items.find((one) => one.id === id)?.lastDeliveryAt;
  expect(lastOf(silent)).toBeNull();
  expect(new Date(lastOf(busy) ?? 0)).toEqual(new Date(newest?.at ?? 1));

  const plan = await db.execute<{ "QUERY PLAN": string }>(
    sql`explain select ${lastDeliveryAt} from connections`,
  );
  expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).toContain(
    "Index Scan Backward using outcomes_connection",
  );
});
