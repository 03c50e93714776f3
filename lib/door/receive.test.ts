import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { closeDb, openDb } from "#db/client.ts";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { sha256 } from "../secrets.ts";
import { collect } from "../sync/collect.ts";
import { openAdmission } from "./admission.ts";
import type { DoorAnswer } from "./envelope.ts";
import { firstBytes, maxBodyBytes } from "./envelope.ts";
import { closeDoor, type Door, openDoor } from "./open-door.ts";
import { receive } from "./receive.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let door: Door;
const key = "rck_0123456789abcdefghijklmnop";
const connectionId = "01990001-0000-7000-8000-000000000001";

beforeAll(async () => {
  database = await testDatabase();
  await makeConnection(database.db);
  await makeAccessKey(database.db, { connectionId, hash: sha256(key) });
  await makeAccessKey(database.db, {
    connectionId,
    hash: sha256("only-update-here-0123456789"),
    actions: ["update"],
    number: 2,
  });
  await makeAccessKey(database.db, { connectionId, hash: sha256("a1b2c3d4"), weak: true, number: 3 });
  const past = new Date(Date.now() - 1_000);
  await makeAccessKey(database.db, {
    connectionId,
    hash: sha256("expired-key-0123456789abcd"),
    expiresAt: past,
    number: 4,
  });
  await makeAccessKey(database.db, {
    connectionId,
    hash: sha256("revoked-key-0123456789abcd"),
    revokedAt: past,
    number: 5,
  });
  door = openDoor(database.db, mkdtempSync(path.join(tmpdir(), "rollcall-spool-")));
});
afterAll(async () => {
  await closeDoor(door);
  await database.close();
});
beforeEach(() => database.db.$client`truncate deliveries, inbox, outcomes, commits, key_uses`);

type Sent = { method?: string; target: string; body?: string | Buffer; type?: string; address?: string };
const send = (
  {
    method = "POST",
    target,
    body = "",
    type = "application/x-www-form-urlencoded",
    address = "203.0.113.24",
  }: Sent,
  at = door,
): Promise<DoorAnswer> =>
  receive(at, {
    method,
    target,
    headers: [
      ["Content-Type", type],
      ["X-Api-Token", "s3cret"],
      ["Referer", `https://x.example/?k=${key}`],
    ],
    contentType: type,
    remoteAddress: address,
    body: async (hold) =>
      hold(body.length) ? { bytes: Buffer.from(body), problem: null } : { bytes: null, problem: "full" },
  });
const stored = () => database.db.$client`
  select id, verdict, reason, dialect, action, trigger, contact_id, email, name, event, params, path, query, headers, body
  from deliveries order by id`;

describe("the answer", () => {
  test("is 200 accepted with the id of the delivery that is committed", async () => {
    const answer = await send({
      target: `/hooks/${key}/add`,
      body: "contact[id]=7&contact[email]=a%40b.example",
    });
    expect(answer).toMatchObject({ status: 200, body: { status: "accepted" } });
    const rows = await stored();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      id: answer.body.delivery,
      action: "add",
      contact_id: "7",
      email: "a@b.example",
    });
  });

  test("names the reason for a key that is unknown or may not do this, and the refusal is kept", async () => {
    expect(await send({ target: "/hooks/rck_nope/add", body: "contact_id=1" })).toMatchObject({
      status: 401,
      body: { reason: "no_such_key" },
    });
    expect(
      await send({ target: "/hooks/only-update-here-0123456789/add", body: "contact_id=1" }),
    ).toMatchObject({ status: 403, body: { reason: "action_not_allowed" } });
    expect(
      await send({ target: `/hooks/${key}/update?role=administrator`, body: "contact_id=1" }),
    ).toMatchObject({ status: 403, body: { reason: "role_not_allowed" } });
    await expect
      .poll(async () => (await stored()).map((row) => row.verdict))
      .toEqual(["rejected", "rejected", "rejected"]);
  });

  test("tells an expired key from a revoked one, and a new key works at once", async () => {
    expect(await send({ target: "/hooks/expired-key-0123456789abcd/add" })).toMatchObject({
      status: 401,
      body: { reason: "key_expired" },
    });
    expect(await send({ target: "/hooks/revoked-key-0123456789abcd/add" })).toMatchObject({
      status: 401,
      body: { reason: "key_revoked" },
    });
    for (let number = 6; number < 12; number++) {
      const secret = `brand-new-key-0123456789-${number}`;
      const [, answer] = await Promise.all([
        send({ target: "/hooks/rck_some_unknown_key_at_the_same_time/add", body: "contact_id=1" }),
        makeAccessKey(database.db, { connectionId, hash: sha256(secret), number }).then(() =>
          send({ target: `/hooks/${secret}/add`, body: "contact_id=1" }),
        ),
      ]);
      expect(answer.status).toBe(200);
    }
  });

  test("is 422 for a body that names nobody, and its bytes are kept", async () => {
    expect(await send({ target: `/hooks/${key}/add` })).toMatchObject({
      status: 422,
      body: { reason: "empty_body" },
    });
    expect(await send({ target: `/hooks/${key}/add`, body: "hello=world" })).toMatchObject({
      status: 422,
      body: { reason: "no_contact" },
    });
    expect(await send({ target: `/hooks/${key}/dance`, body: "contact_id=4" })).toMatchObject({
      status: 422,
      body: { reason: "unknown_action" },
    });
    expect((await stored())[1]?.body.toString()).toBe("hello=world");
  });

  test("is 405 for other methods and never 410", async () => {
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]) {
      expect((await send({ method, target: `/hooks/${key}/add` })).status).toBe(405);
    }
  });

  test("is 200 from the spool while the database is away, and each delivery is stored once when it is back", async () => {
    await database.db.$client`alter table deliveries rename to deliveries_away`;
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        send({ target: `/hooks/${key}/add`, body: `contact_id=${at + 1}` }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(40).fill(200));
    await database.db.$client`alter table deliveries_away rename to deliveries`;
    await expect.poll(async () => (await stored()).length).toBe(40);
    const [waiting] = await database.db.$client`select sum(cardinality(delivery_ids))::int as ids from inbox`;
    expect(waiting?.ids).toBe(40);
    expect(new Set((await stored()).map((row) => row.id))).toEqual(
      new Set(answers.map((answer) => answer.body.delivery)),
    );
  });

  test("is 503 when neither database nor disk take it", async () => {
    const blocked = path.join(mkdtempSync(path.join(tmpdir(), "rollcall-")), "a-file");
    writeFileSync(blocked, "");
    const other = openDb(database.url);
    const shut = openDoor(other, path.join(blocked, "spool"));
    await shut.keys.find(key);
    await database.db.$client`alter table deliveries rename to deliveries_away`;
    const answer = await send({ target: `/hooks/${key}/add`, body: "contact_id=1" }, shut);
    await database.db.$client`alter table deliveries_away rename to deliveries`;
    expect(answer).toMatchObject({ status: 503, headers: { "Retry-After": "5" } });
    await closeDoor(shut);
    await closeDb(other);
    expect(await stored()).toHaveLength(0);
  });
});

test("a door that holds all it can says so at once, stores nothing, and goes on when others have left", async () => {
  const crowded = { ...door, admission: openAdmission(() => undefined, { maxInFlight: 1, maxBytes: 20 }) };
  const inside = crowded.admission.enter();
  const sent = { target: `/hooks/${key}/add`, body: "contact_id=1" };
  expect(await send(sent, crowded)).toMatchObject({ status: 503, headers: { "Retry-After": "2" } });
  inside?.leave();
  const tooMuch = { ...sent, body: "contact_id=1&note=longer" };
  expect(await send(tooMuch, crowded)).toMatchObject({ status: 503 });
  expect(await stored()).toHaveLength(0);
  expect(await send(sent, crowded)).toMatchObject({ status: 200 });
  crowded.admission.close();
});

describe("the dialects", () => {
  test("WP Fusion's URL works with only the host swapped, by POST and by GET", async () => {
    await send({ target: `/?wpf_action=update_tags&access_key=${key}`, body: "contact[id]=12&seriesid=9" });
    await send({
      method: "GET",
      target: `/?access_key=${key}&wpf_action=add&contact_id=13&role=customer&send_notification=true`,
    });
    expect(await stored()).toMatchObject([
      { dialect: "wp-fusion", action: "update_tags", contact_id: "12", trigger: "automation" },
      {
        dialect: "wp-fusion",
        action: "add",
        contact_id: "13",
        params: { role: "customer", sendNotification: true },
      },
    ]);
  });

  test("the key is hidden in what is kept, and the body is kept byte for byte", async () => {
    const body = Buffer.from([0x63, 0x3d, 0xff, 0x00, 0x26, ...Buffer.from("contact_id=5")]);
    await send({ target: `/?wpf_action=add&access_key=${key}`, body });
    const [row] = await stored();
    expect(JSON.stringify({ ...row, body: "" })).not.toContain(key);
    expect(JSON.stringify(row?.headers)).not.toContain("s3cret");
    expect(row?.query).toBe("wpf_action=add&access_key=hidden");
    expect(row?.body.equals(body)).toBe(true);
  });

  test("text that PostgreSQL cannot hold is stored all the same", async () => {
    const answer = await send({
      target: `/hooks/${key}/add?role=gold%00`,
      body: '{"contact":{"id":"\\ud800\\u0000 9"}}',
      type: "application/json",
    });
    expect(answer.status).toBe(200);
    expect(await stored()).toHaveLength(1);
  });
});

describe("short keys", () => {
  test("are refused to an address that tries many wrong keys, while others go on", async () => {
    const target = "/?wpf_action=update&access_key=a1b2c3d4";
    expect((await send({ target, body: "contact_id=1", address: "198.51.100.9" })).status).toBe(200);
    for (let guess = 0; guess < 25; guess++) {
      await send({ target: `/?wpf_action=update&access_key=guess${guess}`, address: "198.51.100.9" });
    }
    const refused = await send({ target, body: "contact_id=1", address: "198.51.100.9" });
    expect([refused.status, refused.headers]).toEqual([429, { "Retry-After": "600" }]);
    expect((await send({ target, body: "contact_id=1", address: "198.51.100.10" })).status).toBe(200);
    expect(
      (await send({ target: `/hooks/${key}/add`, body: "contact_id=1", address: "198.51.100.9" })).status,
    ).toBe(200);
  });

  test("stay usable when an old automation repeats one stale key", async () => {
    for (let call = 0; call < 30; call++) {
      await send({ target: "/?wpf_action=update&access_key=stale123", address: "198.51.100.20" });
    }
    expect(
      (
        await send({
          target: "/?wpf_action=update&access_key=a1b2c3d4",
          body: "contact_id=1",
          address: "198.51.100.20",
        })
      ).status,
    ).toBe(200);
  });
});

describe("a stranger", () => {
  /** A megabyte that is asked for as an adapter reads it; `kept` is what of it took room. */
  const sendLarge = async (target: string) => {
    let kept = 0;
    const answer = await receive(door, {
      method: "POST",
      target,
      headers: [],
      contentType: "application/json",
      remoteAddress: "203.0.113.77",
      body: async (hold, most) => {
        const bytes = firstBytes(
          Buffer.from(`{"contact_id":"9","note":"${"x".repeat(maxBodyBytes - 40)}"}`),
          most,
        );
        kept = hold(bytes.length) ? bytes.length : 0;
        return { bytes: Buffer.from(bytes), problem: null };
      },
    });
    return { status: answer.status, kept };
  };

  test("takes next to no room of what all bodies share, whatever its body says", async () => {
    expect(await sendLarge("/hooks/nosuchkey-0123456789-abcd/add")).toEqual({ status: 401, kept: 2_048 });
    expect(await sendLarge("/hooks/revoked-key-0123456789abcd/add")).toEqual({ status: 401, kept: 2_048 });
    const known = await sendLarge(`/hooks/${key}/update`);
    expect(known).toMatchObject({ status: 200 });
    expect(known.kept).toBeGreaterThan(1_000_000);
  });
});

describe("collecting", () => {
  const collectAll = async () => {
    while ((await collect(database.db)) > 0);
    return database.db.$client`
      select o.contact_id, o.status, o.reason, o.duplicate_of is not null as "isDuplicate" from outcomes o order by delivery_id`;
  };

  test("a thousand deliveries under load become one outcome each and one job per contact", async () => {
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, at) =>
        send({ target: `/hooks/${key}/update`, body: `contact_id=${(at % 10) + 1}` }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.body.delivery)).size).toBe(1_000);
    const [{ commits = 0 } = {}] = await database.db.$client`select count(*)::int as commits from inbox`;
    expect(commits).toBeLessThan(200);
    const rows = await collectAll();
    expect(rows.filter((row) => row.status === "queued")).toHaveLength(10);
    expect(rows.filter((row) => row.status === "duplicate" && row.isDuplicate)).toHaveLength(990);
    const [jobs] = await database.db
      .$client`select count(*)::int as jobs from graphile_worker.jobs where task_identifier = 'sync'`;
    expect(jobs?.jobs).toBe(10);
  });

  test("a request whose first is no longer waiting is a new one", async () => {
    await send({ target: `/hooks/${key}/update`, body: "contact_id=77" });
    await collectAll();
    await database.db.$client`update outcomes set status = 'running' where contact_id = '77'`;
    await send({ target: `/hooks/${key}/update`, body: "contact_id=77" });
    expect((await collectAll()).map((row) => row.status)).toEqual(["running", "queued"]);
  });

  test("an event is no duplicate of what an automation asked for, nor the other way round", async () => {
    // Whether either may create the member depends on which of them it is.
    await database.db.$client`update connections set mode = 'event', create_on_event = true`;
    onTestFinished(async () => {
      await database.db.$client`update connections set mode = 'automation', create_on_event = false`;
    });
    const event = (id: number) =>
      `type=update&date_time=2026-07-17T22%3A01%3A25-05%3A00&initiated_from=public&contact[id]=${id}`;
    await send({ target: `/hooks/${key}/update`, body: "contact_id=501" });
    await send({ target: `/hooks/${key}/update`, body: event(501) });
    await send({ target: `/hooks/${key}/add`, body: event(502) });
    await send({ target: `/hooks/${key}/add`, body: "contact_id=502" });
    await send({ target: `/hooks/${key}/add`, body: event(502) });
    expect((await collectAll()).map((row) => row.status)).toEqual([
      "queued",
      "queued",
      "queued",
      "queued",
      "duplicate",
    ]);
  });

  test("an event webhook is filtered in automation mode, and an event that changes no member always", async () => {
    const event = "type=update&date_time=2026-07-17T22%3A01%3A25-05%3A00&initiated_from=admin&contact[id]=5";
    await send({ target: `/hooks/${key}/update`, body: event });
    await send({ target: `/hooks/${key}/update`, body: event.replace("update", "open") });
    expect(await collectAll()).toMatchObject([
      { status: "filtered", reason: "mode_automation" },
      { status: "filtered", reason: "event_observed" },
    ]);
  });

  test("two collectors at once take every delivery once", async () => {
    await Promise.all(
      Array.from({ length: 300 }, (_, at) =>
        send({ target: `/hooks/${key}/add`, body: `contact_id=c${at}` }),
      ),
    );
    const taken = await Promise.all([collect(database.db), collect(database.db), collect(database.db)]);
    while ((await collect(database.db)) > 0) taken.push(1);
    const [rows] = await database.db
      .$client`select count(*)::int as count from outcomes where status = 'queued'`;
    expect(rows?.count).toBe(300);
  });
});
