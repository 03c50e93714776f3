import { asc } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closeDb, type Db, openDb } from "#db/client.ts";
import { alertChannels, alertSends, alerts } from "#db/schema/alerts.ts";
import { outcomes } from "#db/schema/deliveries.ts";
import { testDatabase } from "#db/testing.ts";
import { listMutes, mute, unmute } from "../../console/alert-mutes.ts";
import { listAlerts } from "../../console/alerts.ts";
import { aConnection, aDelivery } from "../../console/testing.ts";
import { uuidv7 } from "../../ids.ts";
import { sealAddress } from "./channel.ts";
import type { Condition } from "./condition.ts";
import { evaluate, type Readers } from "./evaluate.ts";
import type { AlertKind } from "./kinds.ts";
import { readers } from "./readers.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let other: Db;
const db = () => database.db;
const start = Date.UTC(2026, 10, 20, 12);
const at = (seconds: number) => new Date(start + seconds * 1000);

beforeAll(async () => {
  database = await testDatabase();
  other = openDb(database.url);
});
afterAll(async () => {
  await closeDb(other);
  await database.close();
});
beforeEach(
  () =>
    db().$client`truncate alerts, alert_sends, alert_channels, alert_mutes, connections, outcomes cascade`,
);

const trouble = (key: string, kind: AlertKind = "work_late", title = "Work waits."): Condition => ({
  kind,
  key,
  connectionId: null,
  level: "bad",
  text: {
    title,
    safe: "Nothing is lost.",
    remedy: "Start a worker.",
    path: "/",
    action: "Open the overview",
  },
});
const only = (kind: AlertKind, ...found: Condition[]): Readers => ({ [kind]: async () => found });
const is = (...found: Condition[]) => only("work_late", ...found);
async function aChannel(kinds: AlertKind[] | null = null, name = "Team"): Promise<string> {
  const id = uuidv7();
  const sealed = sealAddress({ kind: "slack", url: "http://127.0.0.1:9/hook" });
  await db()
    .insert(alertChannels)
    .values({ id, kind: "slack", name, shown: "127.0.0.1:9", sealed, alertKinds: kinds });
  return id;
}
const told = async () => {
  const rows = await db().select().from(alertSends).orderBy(asc(alertSends.id));
  return rows.map(({ transition }) => transition);
};
const rows = () => db().select().from(alerts).orderBy(asc(alerts.id));

test("two evaluators at the same time, again and again, tell each transition once", async () => {
  await aChannel(null, "One");
  await aChannel(null, "Two");
  for (const seconds of [0, 15, 30, 45, 60])
    await Promise.all([db(), other, db(), other].map((one) => evaluate(one, is(trouble("a")), at(seconds))));
  expect(await told()).toEqual(["opened", "opened"]);
  for (const seconds of [75, 100, 130, 160])
    await Promise.all([db(), other, db(), other].map((one) => evaluate(one, is(), at(seconds))));
  expect(await told()).toEqual(["opened", "opened", "closed", "closed"]);
  expect(await rows()).toMatchObject([{ key: "a", openedAt: at(30), closedAt: at(130) }]);
});

test("a flicker opens nothing, and a short calm closes nothing", async () => {
  await aChannel();
  for (let seconds = 0; seconds < 300; seconds += 15)
    await evaluate(db(), seconds % 30 === 0 ? is(trouble("a")) : is(), at(seconds));
  expect(await told()).toEqual([]);
  expect(await rows()).toEqual([]);
  for (const seconds of [300, 315, 330]) await evaluate(db(), is(trouble("a")), at(seconds));
  for (let seconds = 345; seconds < 900; seconds += 15)
    await evaluate(db(), seconds % 60 === 0 ? is(trouble("a")) : is(), at(seconds));
  expect(await told()).toEqual(["opened"]);
  expect(await rows()).toMatchObject([{ openedAt: at(330), closedAt: null }]);
});

test("trouble that comes back after it was over is a new alert", async () => {
  await aChannel();
  const long = [0, 40, 80];
  for (const seconds of long) await evaluate(db(), is(trouble("a")), at(seconds));
  await evaluate(db(), is(), at(200));
  for (const seconds of long) await evaluate(db(), is(trouble("a")), at(300 + seconds));
  expect(await told()).toEqual(["opened", "closed", "opened"]);
  expect(await rows()).toHaveLength(2);
});

test("the sentence follows what is known, and nobody is told twice for it", async () => {
  await aChannel();
  await evaluate(db(), is(trouble("a", "work_late", "Late by 5 min.")), at(0));
  await evaluate(db(), is(trouble("a", "work_late", "Late by 6 min.")), at(60));
  await evaluate(db(), is(trouble("a", "work_late", "Late by 7 min.")), at(120));
  expect((await rows())[0]?.text.title).toBe("Late by 7 min.");
  expect(await told()).toEqual(["opened"]);
});

test("what cannot be read stays as it was, and does not stop the rest", async () => {
  await aChannel();
  await evaluate(db(), is(trouble("a")), at(0));
  await evaluate(db(), is(trouble("a")), at(60));
  const broken: Readers = {
    work_late: () => Promise.reject(new Error("no such table")),
    loop_guard: async () => [trouble("b", "loop_guard")],
  };
  await evaluate(db(), broken, at(600));
  expect(await rows()).toMatchObject([
    { key: "a", closedAt: null },
    { key: "b", openedAt: at(600) },
  ]);
});

test("a channel is told of its kinds alone", async () => {
  await aChannel(["silence"], "Silence only");
  const all = await aChannel(null, "All");
  for (const seconds of [0, 60]) await evaluate(db(), is(trouble("a")), at(seconds));
  expect(await db().select().from(alertSends)).toMatchObject([{ channelId: all, transition: "opened" }]);
});

describe("mutes", () => {
  const hour = 3600;
  /** Mutes end by the clock of the database, so these alerts happen now. */
  const soon = (seconds: number) => new Date(Date.now() + seconds * 1000);

  test("a muted kind is told to nobody, and the history names who muted it", async () => {
    await aChannel();
    await mute(db(), { kind: "work_late", hours: 1 }, "Anna");
    for (const seconds of [0, 60]) await evaluate(db(), is(trouble("a")), soon(seconds));
    await evaluate(db(), is(), soon(200));
    expect(await told()).toEqual([]);
    const { items } = await listAlerts(db(), { state: "closed", limit: 10 });
    expect(items).toMatchObject([{ kind: "work_late", mutedBy: "Anna", sends: [] }]);
    const noted = await db().$client`select actor, action, details from audit_log where target = 'alert'`;
    expect(noted).toMatchObject([
      { actor: "Anna", action: "muted", details: { kind: "work_late", hours: 1 } },
    ]);
  });

  test("one alert is muted, others of its kind are told; when the mute is over it is told if it still lasts", async () => {
    await aChannel();
    await evaluate(db(), is(trouble("a"), trouble("b")), soon(0));
    const alertId = (await rows()).find(({ key }) => key === "a")?.id ?? "";
    await mute(db(), { alertId, hours: 1 }, "Anna");
    expect((await listMutes(db())).items).toMatchObject([{ key: "a", kind: null, title: "Work waits." }]);
    await evaluate(db(), is(trouble("a"), trouble("b")), soon(60));
    expect(await told()).toEqual(["opened"]);
    await evaluate(db(), is(trouble("a"), trouble("b")), soon(hour + 60));
    expect(await told()).toEqual(["opened", "opened"]);
  });

  test("a mute that is ended by hand tells at once, and a second mute replaces the first", async () => {
    await aChannel();
    await mute(db(), { kind: "work_late", hours: 1 }, "Anna");
    await mute(db(), { kind: "work_late", hours: 5 }, "Ben");
    const { items } = await listMutes(db());
    expect(items).toMatchObject([{ kind: "work_late", actor: "Ben", title: "Work waits too long" }]);
    for (const seconds of [0, 60]) await evaluate(db(), is(trouble("a")), soon(seconds));
    await unmute(db(), items[0]?.id ?? "", "Ben");
    await evaluate(db(), is(trouble("a")), soon(75));
    expect(await told()).toEqual(["opened"]);
    await expect(unmute(db(), items[0]?.id ?? "", "Ben")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("what is watched", () => {
  test("all is well in an empty Rollcall", async () => {
    expect(await evaluate(db(), readers)).toBe(true);
    expect(await rows()).toEqual([]);
  });

  test("what gave up is one alert a cause and connection, until it is run again or a day old", async () => {
    const one = await aConnection(db(), { name: "Oakline" });
    const two = await aConnection(db(), { name: "Birch" });
    const dead = { status: "dead", reason: "crm_token_refused", finishedAt: new Date() };
    for (const connectionId of [one, one, two]) await aDelivery(db(), { connectionId, outcome: dead });
    await aDelivery(db(), { connectionId: one, outcome: { ...dead, reason: "no_email", detail: "48213" } });
    const old = new Date(Date.now() - 25 * 3_600_000);
    await aDelivery(db(), {
      connectionId: two,
      outcome: { ...dead, reason: "email_taken", finishedAt: old },
    });
    const found = await readers.gave_up?.(db());
    expect(found?.map(({ text }) => text.title)).toEqual([
      "Stopped at the CRM: ActiveCampaign refused the API key. 2 webhooks of Oakline gave up.",
      expect.stringContaining("1 webhook of"),
      expect.stringContaining("1 webhook of"),
    ]);
    const titles = found?.map(({ text }) => text.title);
    expect(titles).toContain(
      "Stopped at Member: contact 48213 has no e-mail address. 1 webhook of Oakline gave up.",
    );
    expect(found?.[0]?.text).toMatchObject({
      remedy: "Paste a new API key into the connection, then retry.",
      path: `/webhooks?status=dead&reason=crm_token_refused&range=30d&connection=${one}`,
    });
    await aDelivery(db(), { connectionId: one, outcome: { ...dead, reason: "no_email", detail: "48214" } });
    expect((await readers.gave_up?.(db()))?.map(({ text }) => text.title)).toContain(
      "Stopped at Member: 2 contacts have no e-mail address. 2 webhooks of Oakline gave up.",
    );
    await db().update(outcomes).set({ status: "synced", reason: null });
    expect(await readers.gave_up?.(db())).toEqual([]);
  });

  test("work that is due and does not run is late after 5 minutes", async () => {
    await db().$client`
      select graphile_worker.add_job('sync', '{}', run_at := now() - interval '12 minutes')`;
    expect((await readers.work_late?.(db()))?.[0]?.text.title).toMatch(/the oldest for 12 min/);
    await db().$client`delete from graphile_worker._private_jobs`;
    expect(await readers.work_late?.(db())).toEqual([]);
  });

  test("a breaker, a loop and a flood are told with their connection", async () => {
    const id = await aConnection(db(), { name: "Oakline", baseUrl: "https://oakline.api-us1.com" });
    await db().$client`
      insert into breakers (key, reason, opened_at) values ('crm:activecampaign oakline', 'crm_timeout', now())`;
    await db().$client`
      insert into loop_guards (id, connection_id, contact_id, rounds, held, opened_at, last_seen_at)
      values (${uuidv7()}, ${id}, '48213', 5, 3, now(), now())`;
    await db().$client`
      insert into floods (id, connection_id, kind, state, opened_at, last_at, deliveries, contacts_left, peak)
      values (${uuidv7()}, ${id}, 'flood', 'pacing', now(), now(), 10000, 8000, 2400)`;
    const titles = await Promise.all(
      [readers.breaker, readers.loop_guard, readers.flood].map(
        async (read) => (await read?.(db()))?.[0]?.text.title,
      ),
    );
    expect(titles).toEqual([
      "Calls to ActiveCampaign for Oakline rest. Stopped at the CRM: ActiveCampaign did not answer within 15 seconds.",
      "Held at the queue: contact 48213 of Oakline went round in a loop of changes and webhooks.",
      "A flood from Oakline: 10,000 webhooks so far, 2,400 webhooks in its fastest minute.",
    ]);
  });

  test("a password that the CRM does not show is told after 5 minutes", async () => {
    const id = await aConnection(db(), { name: "Oakline" });
    await db().$client`
      insert into members (id, email, login, role, first_name, last_name, tags, fields)
      values (${uuidv7()}, 'a@x.example', 'a', 'subscriber', '', '', '{}', '{}')`;
    await db().$client`
      insert into pending_passwords (member_id, connection_id, contact_id, sealed, created_at)
      select id, ${id}, '1', '', now() - interval '4 minutes' from members`;
    expect(await readers.password_late?.(db())).toEqual([]);
    await db().$client`update pending_passwords set created_at = now() - interval '6 minutes'`;
    expect((await readers.password_late?.(db()))?.[0]?.text.title).toBe(
      "Stopped at the CRM: the new password of 1 member has not shown in Oakline for 6 min.",
    );
  });
});
