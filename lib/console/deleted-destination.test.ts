import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeMember } from "#db/factories.ts";
import { destinations } from "#db/schema/destinations.ts";
import { POST as pushMember } from "../../app/api/v1/destinations/[id]/members/[memberId]/push/route.ts";
import { POST as pushEveryone } from "../../app/api/v1/destinations/[id]/push/route.ts";
import { POST as create } from "../../app/api/v1/destinations/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { type Receiver, startReceiver } from "../push/testing.ts";

let api: TestApi;
let receiver: Receiver;
let memberId: string;
beforeAll(async () => {
  process.env.OUTBOUND_ALLOW = "127.0.0.0/8";
  [api, receiver] = await Promise.all([testApi(), startReceiver()]);
  memberId = (await makeMember(api.db)).id;
});
afterAll(async () => {
  receiver.close();
  await api.close();
});

const waiting = async () =>
  (
    await api.db.$client`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  ).length;

test.each([
  ["everyone", pushEveryone],
  ["a member", pushMember],
])("a push of %s to a destination that is deleted meanwhile finds none", async (_who, push) => {
  const body = { kind: "http", name: "Forum", settings: { url: receiver.url } };
  const { id } = (await api.call("POST", create, { body })).body;
  const pushing = await api.db.transaction(async (tx) => {
    await tx.delete(destinations).where(eq(destinations.id, id));
    const asked = api.call("POST", push, { params: { id, memberId } });
    await expect.poll(waiting).toBe(1);
    return { asked };
  });
  expect(await pushing.asked).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  expect(await api.db.execute(sql`select from everyones`)).toHaveLength(0);
  expect(await api.db.execute(sql`select from push_targets`)).toHaveLength(0);
});
