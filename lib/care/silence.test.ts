import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { arrivals, silences } from "#db/schema/alerts.ts";
import { connections } from "#db/schema/connections.ts";
import { testDatabase } from "#db/testing.ts";
import { aConnection } from "../console/testing.ts";
import { uuidv7 } from "../ids.ts";
import { readSilence } from "./alerts/conditions/silence.ts";
import { watchSilence } from "./silence.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let id: string;
const db = () => database.db;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await db().$client`truncate connections, arrivals, silences, outcomes, inbox, deliveries cascade`;
  id = await aConnection(db(), { name: "Oakline", mode: "event" });
});

/** One collected webhook every ten minutes up to a moment. */
async function came(untilMs: number, days: number): Promise<void> {
  const rows: { id: string; at: string }[] = [];
  for (let at = untilMs - days * day; at <= untilMs; at += 10 * minute)
    rows.push({ id: uuidv7(at), at: new Date(at).toISOString() });
  await db().$client`
    insert into outcomes (delivery_id, received_at, connection_id, dialect, action, trigger, params, status, hop, collected_at)
    select r.id, r.at, ${id}, 'rollcall', 'update', 'event', '{}', 'synced', 'sites', r.at
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(id uuid, at timestamptz)`;
}
const noted = () => db().select().from(silences);

test("a silence is learned from the log, told with what is usual, and over with the next webhook", async () => {
  const now = Date.now();
  await came(now - 3 * hour, 20);
  await watchSilence(db());
  expect(await noted()).toMatchObject([{ connectionId: id, usual: "usual is 6 an hour" }]);
  const [condition] = await readSilence(db());
  expect(condition?.text.title).toBe("No webhook for 3 h from Oakline; usual is 6 an hour.");
  expect(condition?.text.safe).toBe("Whether the webhook is still registered is not known yet.");
  await db().$client`
    insert into registration_checks (connection_id, taken_at, checked_at, state) values (${id}, now(), now(), 'ok')`;
  expect((await readSilence(db()))[0]?.text.safe).toBe("The webhook is still registered.");
  await came(now, 0);
  await watchSilence(db());
  expect(await noted()).toEqual([]);
  expect(await readSilence(db())).toEqual([]);
});

test("what came and is not collected yet is no silence", async () => {
  await came(Date.now() - 3 * hour, 20);
  const deliveryId = uuidv7();
  await db().$client`
    insert into deliveries (id, commit_id, received_at, read_ms, key_ms, connection_id, dialect, action, trigger, verdict,
      params, remote_address, method, path, query, headers, body)
    values (${deliveryId}, ${uuidv7()}, now(), 0, 0, ${id}, 'rollcall', 'update', 'event', 'accepted',
      '{}', '127.0.0.1', 'POST', '/', '', '[]', '')`;
  await db().$client`insert into inbox (delivery_ids) values (${[deliveryId]})`;
  await watchSilence(db());
  expect(await noted()).toEqual([]);
});

test("a new connection, and one that was never called, are never silent", async () => {
  await watchSilence(db());
  await came(Date.now() - 30 * hour, 1);
  await watchSilence(db());
  expect(await noted()).toEqual([]);
});

test("arrivals are counted once, whoever counts, and forgotten with their connection", async () => {
  await came(Date.now(), 2);
  await Promise.all([watchSilence(db()), watchSilence(db())]);
  await watchSilence(db());
  const [sum] = await db().$client`select sum(count)::int as count from arrivals`;
  expect(sum?.count).toBeGreaterThan(285);
  expect(sum?.count).toBeLessThanOrEqual(289);
  await db().delete(connections);
  expect(await db().select().from(arrivals)).toEqual([]);
});
