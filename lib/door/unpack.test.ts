import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { uuidv7 } from "../ids.ts";
import { type NewDelivery, now, written } from "./new-delivery.ts";
import { arrivalOf } from "./store-deliveries.ts";
import { unpack, unpackForReader } from "./unpack.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const delivery = (given: Partial<NewDelivery> = {}): NewDelivery => ({
  id: uuidv7(),
  receivedAt: now(),
  readMs: 0.1,
  keyMs: 0.1,
  connectionId: null,
  keyId: null,
  dialect: "rollcall",
  action: "add",
  trigger: "automation",
  contactId: "1",
  email: null,
  name: null,
  event: null,
  listId: null,
  source: null,
  verdict: "accepted",
  reason: null,
  detail: null,
  params: {},
  remoteAddress: "127.0.0.1",
  method: "POST",
  path: "/hooks/hidden/add",
  query: "",
  headers: [],
  body: Buffer.from("contact_id=1"),
  ...given,
});

async function arrive(...deliveries: NewDelivery[]): Promise<void> {
  const { batch, times } = arrivalOf(deliveries.map(written), []);
  await database.db
    .$client`insert into arrivals (commit_id, batch, times) values (${uuidv7()}, ${batch}, ${times})`;
}
const stored = () =>
  database.db.$client`select id, contact_id, verdict, reason, body from deliveries order by id`;

test("each group is unpacked once however many unpack, and a group that comes twice changes nothing", async () => {
  const groups = Array.from({ length: 90 }, () => [delivery(), delivery()]);
  for (const group of groups) await arrive(...group);
  await Promise.all([
    unpack(database.db),
    unpackForReader(database.db),
    unpackForReader(database.db),
    unpack(database.db),
  ]);
  await unpackForReader(database.db);
  await arrive(...(groups[0] ?? []));
  await unpackForReader(database.db);
  expect(await stored()).toHaveLength(180);
  const [inbox] = await database.db.$client`select sum(cardinality(delivery_ids))::int as ids from inbox`;
  expect(inbox?.ids).toBe(180);
});

test("one text that cannot be stored costs the others of its group nothing, and its bytes are kept", async () => {
  await database.db.$client`truncate deliveries, inbox`;
  const body = Buffer.from([0x00, 0xff, 0x41]);
  await arrive(delivery(), delivery({ contactId: "half \ud800 a letter", body }), delivery());
  await unpackForReader(database.db);
  const rows = await stored();
  expect(rows.map((row) => row.verdict)).toEqual(["accepted", "unreadable", "accepted"]);
  expect(rows[1]).toMatchObject({ contact_id: null, reason: "broken_record" });
  expect(rows[1]?.body.equals(body)).toBe(true);
});
