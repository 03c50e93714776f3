import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeConnection, makeDestination, makeMember } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { env } from "../env.ts";
import { createOutbound } from "../http/outbound.ts";
import { seal } from "../secrets.ts";
import { makePasswordLink, usePasswordLink } from "../sync/password-links.ts";
import { pushEveryone, readEveryones } from "./everyone.ts";
import { startPushes } from "./run-pushes.ts";
import { pauseDestination, resumeDestination } from "./states.ts";
import { wantFailedPushes, wantPushes } from "./want.ts";

type Told = { id: string; type: string; email: string };

let database: Awaited<ReturnType<typeof testDatabase>>;
let pushes: Awaited<ReturnType<typeof startPushes>>;
const told: Told[] = [];
let answer: (email: string) => number = () => 200;
const receiver = createServer((req, res) => {
  let body = "";
  req.on("data", (chunk) => {
    body += chunk;
  });
  req.on("end", () => {
    const event = JSON.parse(body);
    const email = event.data.member.email;
    const status = answer(email);
    if (status < 300) told.push({ id: String(req.headers["webhook-id"]), type: event.type, email });
    res.writeHead(status).end();
  });
});
const db = () => database.db;
const fetch = createOutbound({ allow: "127.0.0.0/8" }).fetch;

beforeAll(async () => {
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  database = await testDatabase();
});
afterAll(async () => {
  await database.close();
  receiver.close();
});
beforeEach(async () => {
  told.length = 0;
  answer = () => 200;
  await db()
    .$client`truncate destinations, push_targets, pushes, everyones, members, outcomes, breakers cascade`;
});

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const makeSite = (number = 1) =>
  makeDestination(db(), {
    number,
    settings: { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook` },
    secrets: seal(env().ENCRYPTION_KEY, JSON.stringify({ secret })),
  });
const want = (memberId: string) => wantPushes(db().$client, [{ memberId, syncId: null, priority: "update" }]);
const states = async () => {
  const rows = await db().execute<{ state: string; reason: string | null }>(sql`
    select state, reason from push_targets order by destination_id, member_id`);
  return rows.map((row) => (row.reason ? `${row.state} ${row.reason}` : row.state));
};

const progress = async (id: string) => (await readEveryones(db(), sql`e.id = ${id}`))[0];

/** Runs pumps until the condition holds. */
async function pumping(until: () => boolean | Promise<boolean>): Promise<void> {
  pushes = await startPushes(db(), fetch);
  while (!(await until())) await sleep(20);
  await pushes.stop();
}

/** A delivery that is right in the directory and waits at the sites. */
async function makeWaiting(memberId: string, status = "running"): Promise<void> {
  await makeConnection(db()).catch(() => undefined);
  await db().execute(sql`
    insert into outcomes (delivery_id, received_at, dialect, action, trigger, params, status, hop, member_id, collected_at)
    values (gen_random_uuid(), clock_timestamp(), 'rollcall', 'update', 'automation', '{}', ${status}, 'sites', ${memberId}, now())`);
}
const outcomes = async () => {
  const rows = await db().execute<{ status: string; reason: string | null }>(
    sql`select status, reason from outcomes`,
  );
  return rows.map((row) => (row.reason ? `${row.status} ${row.reason}` : row.status));
};

test("a member is told to every destination once, and the delivery is synced when all have it", async () => {
  await makeSite(1);
  await makeSite(2);
  const member = await makeMember(db());
  await makeWaiting(member.id);
  await want(member.id);
  await pumping(async () => (await outcomes())[0] === "synced");
  expect(told.map((one) => one.type)).toEqual(["member.created", "member.created"]);
  await want(member.id);
  await pumping(async () => (await states()).every((state) => state === "idle"));
  expect(told).toHaveLength(2);
});

test("a site that fails is asked again under the same id, while the other has what it should", async () => {
  const [good, bad] = [await makeSite(1), await makeSite(2)];
  const member = await makeMember(db());
  await makeWaiting(member.id);
  let calls = 0;
  answer = () => (++calls <= 1 ? 500 : 200);
  await db().execute(sql`update destinations set concurrency = 1`);
  await want(member.id);
  await pumping(async () => (await outcomes())[0] === "partly_synced site_failed");
  expect(told).toHaveLength(1);
  expect((await states()).sort()).toEqual(["failed site_failed", "idle"]);
  await wantFailedPushes(db(), [member.id]);
  await pumping(async () => (await outcomes())[0] === "synced");
  expect(told).toHaveLength(2);
  expect(good.id).not.toBe(bad.id);
});

test("a paused destination keeps what it is owed, says so, and gets it when it is resumed", async () => {
  const site = await makeSite();
  const member = await makeMember(db());
  await makeWaiting(member.id);
  await pauseDestination(db(), site.id, "ada@example.com");
  await want(member.id);
  await pumping(async () => (await outcomes())[0] === "partly_synced site_paused");
  expect(told).toHaveLength(0);
  await resumeDestination(db(), site.id, "ada@example.com");
  await pumping(async () => (await outcomes())[0] === "synced");
  expect(told).toHaveLength(1);
});

test("a receiver that is gone stops its destination without using up a try", async () => {
  const site = await makeSite();
  const member = await makeMember(db());
  await makeWaiting(member.id);
  answer = () => 410;
  await want(member.id);
  await pumping(async () => (await outcomes())[0] === "partly_synced site_stopped");
  const [row] = await db().execute(sql`select state, reason from destinations`);
  expect(row).toEqual({ state: "stopped", reason: "site_gone" });
  answer = () => 200;
  await resumeDestination(db(), site.id, "ada@example.com");
  await pumping(async () => (await outcomes())[0] === "synced");
  expect(told).toHaveLength(1);
});

test("a wish that comes during a push is followed by another push", async () => {
  await makeSite();
  const member = await makeMember(db());
  answer = (email) => {
    if (email === member.email)
      void db()
        .execute(sql`
      update members set email = 'new@example.com' where id = ${member.id}`)
        .then(() => want(member.id));
    return 200;
  };
  await want(member.id);
  await pumping(() => told.some((one) => one.email === "new@example.com"));
  expect(new Set(told.map((one) => one.id)).size).toBe(told.length);
});

test("everyone is pushed again, also who did not change, and a member that a pump left behind is given back", async () => {
  const site = await makeSite();
  for (let number = 1; number <= 30; number++) await makeMember(db(), { number });
  const first = await pushEveryone(db(), site.id, "ada@example.com");
  expect(first.total).toBe(30);
  await expect(pushEveryone(db(), site.id, "ada@example.com")).rejects.toThrow("already");
  await db().execute(sql`update push_targets set state = 'running', pump_id = gen_random_uuid()
    where member_id = (select member_id from push_targets limit 1)`);
  const isDone = async (id: string) => (await progress(id))?.state === "done";
  await pumping(() => isDone(first.id));
  expect(new Set(told.map((one) => one.email)).size).toBe(30);
  const second = await pushEveryone(db(), site.id, "ada@example.com");
  await pumping(() => isDone(second.id));
  expect(told).toHaveLength(60);
  expect(await progress(second.id)).toMatchObject({ total: 30, done: 30, failed: 0 });
});

test("a password that no key here opens stops at its member alone, until the member has chosen another", async () => {
  await makeSite();
  const members = [await makeMember(db(), { number: 1 }), await makeMember(db(), { number: 2 })];
  const sealed = seal("the key of another server", "not for this one");
  await wantPushes(db().$client, [
    { memberId: members[0]?.id ?? "", syncId: null, priority: "add", password: { sealed, why: "new" } },
    { memberId: members[1]?.id ?? "", syncId: null, priority: "add" },
  ]);
  await pumping(async () => (await states()).every((state) => !/due|running/.test(state)));
  expect((await states()).sort()).toEqual(["idle", "refused site_password_locked"]);
  const [waiting] = await db().execute(sql`select password from push_targets where state = 'refused'`);
  expect(waiting?.password).toEqual(sealed);

  await usePasswordLink(db(), await makePasswordLink(db(), members[0]?.id ?? ""), "chosen by the member");
  await pumping(async () => (await states()).every((state) => state === "idle"));
  expect(told.map(({ email }) => email).sort()).toEqual(["member1@example.com", "member2@example.com"]);
});
