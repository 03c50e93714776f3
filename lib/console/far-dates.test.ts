import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GET as getCounts } from "../../app/api/v1/deliveries/counts/route.ts";
import { GET as listDeliveries } from "../../app/api/v1/deliveries/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7Time } from "../ids.ts";
import { writeCursor } from "./cursor.ts";
import { aConnection, aDelivery } from "./testing.ts";

let api: TestApi;
let id: string;
beforeAll(async () => {
  api = await testApi();
  const connectionId = await aConnection(api.db);
  id = await aDelivery(api.db, {
    connectionId,
    name: "Anna Smith",
    body: "Smith",
    outcome: { status: "synced" },
  });
});
afterAll(() => api.close());

const ends = [
  "0000-01-01T00:00:00Z",
  "0000-01-01T00:00:00+23:59",
  "1969-12-31T23:59:59.999Z",
  "9999-12-31T23:59:59.999Z",
  "9999-12-31T23:59:59.999-23:59",
];
const moment = fc.oneof(
  fc.constantFrom(...ends),
  fc
    .date({ min: new Date("0000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
    .map((at) => at.toISOString()),
);
const from = fc.option(moment, { nil: undefined });
const to = fc.option(moment, { nil: undefined });
const text = fc.constantFrom<Record<string, string>>({}, { q: "smith" }, { body: "Smith" });

test("a range of any dates that can be written is answered, with what arrived in it", async () => {
  const at = uuidv7Time(id);
  await fc.assert(
    fc.asyncProperty(from, to, text, async (from, to, text) => {
      const query = `${new URLSearchParams({ ...(from && { from }), ...(to && { to }), ...text })}`;
      const listed = await api.call("GET", listDeliveries, { query });
      expect(listed.status).toBe(200);
      const inside = (!from || Date.parse(from) <= at) && (!to || at < Date.parse(to));
      // Bodies are read for the last day of the range only.
      const read = !text.body || !to || Date.parse(to) - at <= 86_400_000;
      expect(listed.body.items).toHaveLength(inside && read ? 1 : 0);
      const counted = await api.call("GET", getCounts, { query });
      expect(counted.status).toBe(200);
    }),
    { numRuns: 150 },
  );
});

test("a cursor of any id is answered", async () => {
  for (const last of ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]) {
    const query = `q=smith&cursor=${writeCursor(last)}`;
    expect((await api.call("GET", listDeliveries, { query })).status).toBe(200);
  }
});
