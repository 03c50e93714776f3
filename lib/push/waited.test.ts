import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeMember } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { afterWaiting } from "../door/answer.ts";
import type { DoorAnswer } from "../door/envelope.ts";
import { now } from "../door/new-delivery.ts";
import { openWaiter, type Waiter } from "../door/wait.ts";
import { uuidv7 } from "../ids.ts";
import { settleOutcomes } from "./settle.ts";
import { pauseDestination } from "./states.ts";
import { makeSite, pumping, type Receiver, startReceiver } from "./testing.ts";
import { wantPushes } from "./want.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let receiver: Receiver;
let waiter: Waiter;
const db = () => database.db;

beforeAll(async () => {
  [database, receiver] = await Promise.all([testDatabase(), startReceiver()]);
  waiter = openWaiter(db());
});
afterAll(async () => {
  receiver.close();
  await waiter.close();
  await database.close();
});
beforeEach(async () => {
  receiver.told.length = 0;
  receiver.answer = () => ({ status: 200 });
  await db()
    .$client`truncate outcomes, destinations, push_targets, pushes, members, breakers, budgets cascade`;
});

/** The answer to a caller who waits for a webhook that is right in the directory and owed to the sites. */
async function answerTo(work: () => Promise<void>): Promise<DoorAnswer> {
  const delivery = { id: uuidv7(), receivedAt: now() };
  const { result } = waiter.expect(delivery.id, 60);
  const { id } = await makeMember(db());
  await db().execute(sql`
    insert into outcomes (delivery_id, received_at, dialect, action, trigger, params, status, hop, member_id, collected_at)
    values (${delivery.id}, now(), 'rollcall', 'update', 'automation', '{"waitSeconds": 60}', 'running', 'sites', ${id}, now())`);
  await wantPushes(db().$client, [{ memberId: id, syncId: null, priority: "update" }]);
  await settleOutcomes(db(), [id]);
  await work();
  return afterWaiting(db(), delivery, await result);
}
/** Pumps until the member’s push has ended in some way. */
const push = () =>
  pumping(
    db(),
    async () => (await db().execute(sql`select from outcomes where status = 'running'`)).length === 0,
  );

test("who waits is told synced once every site has the member, and not before", async () => {
  await makeSite(db(), { url: receiver.url });
  const { status, body } = await answerTo(async () => {
    expect(await db().execute(sql`select from outcomes where status = 'running'`)).toHaveLength(1);
    await push();
  });
  expect(receiver.taken()).toHaveLength(1);
  expect([status, body]).toEqual([200, { status: "synced", delivery: expect.any(String) }]);
});

test("who waits while a site fails is told that the member is right and which hop is behind", async () => {
  await makeSite(db(), { url: receiver.url });
  receiver.answer = () => ({ status: 500 });
  const { status, body } = await answerTo(push);
  expect([status, body]).toEqual([
    200,
    {
      status: "partly_synced",
      delivery: expect.any(String),
      reason: "site_failed",
      message:
        "Stopped at Sites: the site failed while it worked (HTTP 500). Rollcall tries again by itself. The site’s own error log names the plug-in or theme that failed.",
    },
  ]);
});

test("who waits is answered at once where every site is paused", async () => {
  const site = await makeSite(db(), { url: receiver.url });
  await db().transaction((tx) => pauseDestination(tx, site.id, "ada@example.com"));
  const { body } = await answerTo(async () => undefined);
  expect(body).toMatchObject({
    status: "partly_synced",
    reason: "site_paused",
    message: expect.stringMatching(/^Waits at Sites: the site is paused\. The member is right in Rollcall\./),
  });
});
