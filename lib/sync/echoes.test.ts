import { sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { readEventSaid } from "../crm/activecampaign/event-said.ts";
import { closeDoor, type Door, openDoor } from "../door/open-door.ts";
import { receive } from "../door/receive.ts";
import { eventBody } from "../sandbox/payloads.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import type { Source } from "../sandbox/state.ts";
import { seal, sha256 } from "../secrets.ts";
import { collect } from "./collect.ts";
import { type Held, judgeEvent } from "./echoes.ts";
import { type ConnectionRow, connectionById } from "./open-connection.ts";
import { requeue } from "./requeue.ts";
import { runSync } from "./run.ts";
import { traceHash, type WriteTrace } from "./write-traces.ts";

const key = "rck_0123456789abcdefghijklmnop";
let database: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let door: Door;
let connectionId: string;
const db = () => database.db;

beforeAll(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0 });
  database = await testDatabase();
  door = openDoor(db());
  const connection = await makeConnection(db(), {
    baseUrl: sandbox.url,
    credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
    mode: "event",
    returnPasswordField: "member_password",
  });
  connectionId = connection.id;
  await makeAccessKey(db(), { connectionId, hash: sha256(key) });
});
afterAll(async () => {
  await closeDoor(door);
  await database.close();
  await sandbox.close();
});

const contact = (id: number) => {
  const found = sandbox.state.contacts.get(id);
  if (!found) throw new Error(`no contact ${id}`);
  return found;
};
const event = (id: number, type: string, source: Source = "api", tag: string | null = null) =>
  eventBody(sandbox.state, contact(id), { type, source, list: 0, tag, at: new Date() });

async function send(action: string, body: string): Promise<string> {
  const answer = await receive(door, {
    method: "POST",
    target: `/hooks/${key}/${action}`,
    headers: [["content-type", "application/x-www-form-urlencoded"]],
    contentType: "application/x-www-form-urlencoded",
    remoteAddress: "203.0.113.24",
    body: async () => ({ bytes: Buffer.from(body), problem: null }),
  });
  return String(answer.body.delivery);
}
const calls = () => sandbox.control.calls().total;
const run = (id: number) => runSync(db(), { connectionId, contactRef: String(id) }, "worker-a");
async function collectAll(): Promise<void> {
  while ((await collect(db())) > 0);
}
async function outcome(delivery: string) {
  const [row] = await db().$client`select status, reason, hop from outcomes where delivery_id = ${delivery}`;
  return row;
}
/** Sends, collects and runs; says what became of it and how many calls that took. */
async function work(id: number, body: string, action = "update") {
  const before = calls();
  const delivery = await send(action, body);
  await collectAll();
  await run(id);
  return { ...(await outcome(delivery)), calls: calls() - before, delivery };
}

describe("an event about Rollcall's own write", () => {
  let id = 0;
  beforeEach(async () => {
    id += 1;
    await work(id, `contact[id]=${id}`, "add");
  });

  test("is an echo that costs no call, when it tells the returned password and nothing else new", async () => {
    expect(await work(id, event(id, "update"))).toMatchObject({
      status: "filtered",
      reason: "echo",
      hop: "queue",
      calls: 0,
    });
    expect(await work(id, event(id, "update", "admin"))).toMatchObject({ status: "filtered", calls: 0 });
    const [sync] = await db().$client`select status, reason from syncs order by started_at desc limit 1`;
    expect(sync).toMatchObject({ status: "filtered", reason: "echo" });
  });

  test("runs as soon as anything beside the write differs", async () => {
    sandbox.control.edit([id], { fields: { CITY: "Elsewhere" } });
    expect(await work(id, event(id, "update"))).toMatchObject({ status: "synced" });
    sandbox.control.edit([id], { addTags: ["Fresh"] });
    expect(await work(id, event(id, "update"))).toMatchObject({ status: "synced" });
    sandbox.control.edit([id], { fields: { MEMBER_PASSWORD: "changed by hand" } });
    expect(await work(id, event(id, "update"))).toMatchObject({ status: "skipped", reason: "no_change" });
    expect(await work(id, event(id, "subscribe"))).toMatchObject({ status: "skipped" });
  });

  test("runs when a contact or the system caused it", async () => {
    for (const source of ["public", "system"] as const)
      expect(await work(id, event(id, "update", source))).toMatchObject({ reason: "no_change" });
  });

  test("runs when the write is forgotten, and when a person asks for it again", async () => {
    const filtered = await work(id, event(id, "update"));
    await db().transaction((tx) =>
      requeue(tx, sql`delivery_id = ${filtered.delivery}`, { priority: "person" }),
    );
    await run(id);
    expect(await outcome(filtered.delivery)).toMatchObject({ status: "skipped", reason: "no_change" });
    await db().$client`update write_traces set expires_at = now()`;
    expect(await work(id, event(id, "update"))).toMatchObject({ status: "skipped", reason: "no_change" });
  });

  test("is left out of a run that other deliveries need", async () => {
    const echo = await send("update", event(id, "update"));
    sandbox.control.edit([id], { addTags: ["Beside it"] });
    const news = await send("update", event(id, "update", "public"));
    await collectAll();
    await db()
      .$client`update outcomes set status = 'queued', duplicate_of = null where delivery_id in (${echo}, ${news})`;
    await run(id);
    expect([await outcome(echo), await outcome(news)]).toMatchObject([
      { status: "filtered", reason: "echo" },
      { status: "synced" },
    ]);
  });

  test("runs when a duplicate that it stands for tells news", async () => {
    const echo = await send("update", event(id, "update"));
    sandbox.control.edit([id], { addTags: ["News"] });
    const news = await send("update", event(id, "update", "system"));
    await collectAll();
    expect(await outcome(news)).toMatchObject({ status: "duplicate" });
    await run(id);
    expect(await outcome(echo)).toMatchObject({ status: "synced" });
  });

  test("leaves the run to an automation that came with it", async () => {
    const echo = await send("update", event(id, "update"));
    const automation = await send("update", `contact[id]=${id}&seriesid=9`);
    await collectAll();
    await run(id);
    expect([await outcome(echo), await outcome(automation)]).toMatchObject([
      { status: "filtered", reason: "echo" },
      { status: "skipped", reason: "no_change" },
    ]);
  });

  test("about a tag runs until the member holds the tag, and is an echo from then on", async () => {
    const { client } = await connectionById(db(), connectionId);
    await client.addTag(String(id), "Newsletter");
    const tagged = () => event(id, "contact_tag_added", "api", "Newsletter");
    expect(await work(id, tagged())).toMatchObject({ status: "synced" });
    expect(await work(id, tagged())).toMatchObject({ status: "filtered", calls: 0 });
    expect(await work(id, event(id, "update"))).toMatchObject({ status: "filtered", calls: 0 });
    expect(await work(id, event(id, "contact_tag_removed", "api", "Newsletter"))).toMatchObject({
      reason: "no_change",
    });
  });

  test("leaves a trace from which the value cannot be read", async () => {
    const traces = await db().$client`select * from write_traces where contact_id = ${String(id)}`;
    const password = contact(id).fieldValues.get(4)?.value ?? "none";
    expect(traces).toMatchObject([{ kind: "field", name: "member_password" }]);
    expect(JSON.stringify(traces)).not.toContain(password);
    expect(JSON.stringify(traces)).not.toContain(sha256(password));
  });
});

/** Names with the separator inside, and names that are parts of others. */
const tagNames = ["a", "b", "a, b", "[Course] 07/26", "VIP", "c, d, e", "Café ☕"];
const fieldTags = ["city", "level", "secret", "renews_on"];
const known = {
  fieldTag: (key: string) => fieldTags[Number(key) - 1] ?? null,
  tagNames: () => tagNames,
};
const text = fc.constantFrom("", "x", "Malmö", "||a||b||", "2026-07-17", "a, b");
const person = fc.record({
  email: fc.constantFrom("a@example.com", "b@example.com"),
  firstName: fc.constantFrom("Anna", "Bo"),
  lastName: fc.constantFrom("Berg", "Ek"),
  tags: fc.subarray(tagNames),
  fields: fc.record({ city: text, level: text, secret: text, renews_on: text }),
});
type Person = {
  email: string;
  firstName: string;
  lastName: string;
  tags: string[];
  fields: Record<string, string>;
};
const connection = {
  id: "01990001-0000-7000-8000-000000000001",
  returnPasswordField: "secret",
  fieldMap: [],
};
// The cast: the judge reads no other column of the connection.
const row = connection as unknown as ConnectionRow;

const pairsOf = (who: Person, kind: string, source: string): [string, string][] => [
  ["type", kind],
  ["date_time", "2026-07-17T22:01:25-05:00"],
  ["initiated_from", source],
  ["initiated_by", source],
  ["list", "0"],
  ["contact[id]", "7"],
  ["contact[email]", who.email],
  ["contact[first_name]", who.firstName],
  ["contact[last_name]", who.lastName],
  ["contact[phone]", ""],
  ["contact[ip]", "127.0.0.1"],
  ["contact[tags]", who.tags.join(", ")],
  ...Object.entries(who.fields).map(
    ([tag, value]) => [`contact[fields][${fieldTags.indexOf(tag) + 1}]`, value] as [string, string],
  ),
];
const heldOf = ({ fields: { secret: _, ...fields }, ...who }: Person): Held => ({
  ...who,
  fields,
  role: "member",
});
const traceOf = (who: Person): WriteTrace => ({
  kind: "field",
  name: "secret",
  valueHash: traceHash({ connectionId: row.id, contactId: "7" }, "secret", who.fields.secret ?? ""),
});
const judge = (pairs: [string, string][], held: Held, traces: WriteTrace[]) =>
  judgeEvent(readEventSaid(pairs, known), held, traces, row);

test("a body is filtered only when all it tells is what was written or is held already", () => {
  const isClear = (tags: string[]) => !tags.some((name) => ["a", "b", "a, b"].includes(name));
  fc.assert(
    fc.property(person, person, fc.constantFrom("api", "admin"), (was, is, source) => {
      const worth = judge(pairsOf(is, "update", source), heldOf(was), [traceOf(is)]);
      const { secret: _, ...others } = is.fields;
      const same =
        JSON.stringify([is.email, is.firstName, is.lastName, others, [...is.tags].sort()]) ===
        JSON.stringify([was.email, was.firstName, was.lastName, heldOf(was).fields, [...was.tags].sort()]);
      if (!same) expect(worth).not.toBe("echo");
    }),
  );
  fc.assert(
    fc.property(person, (who) => {
      fc.pre(isClear(who.tags));
      expect(judge(pairsOf(who, "update", "api"), heldOf(who), [traceOf(who)])).toBe("echo");
    }),
  );
});

test("one difference more than the traces tell is enough to run", () => {
  const clear = person.filter((who) => !who.tags.some((name) => ["a", "b", "a, b"].includes(name)));
  const difference = fc.oneof(
    fc.record({ at: fc.nat(30), value: fc.constantFrom("other", "", "public", "VIP", "subscribe", "99") }),
    fc.record({
      key: fc.constantFrom("note", "contact[fields][9]", "campaign[id]", "deal[id]", "contact[tags][0]"),
    }),
    fc.record({ drop: fc.nat(30) }),
  );
  const ignored = ["date_time", "initiated_by", "list", "contact[ip]", "contact[phone]"];
  fc.assert(
    fc.property(clear, difference, (who, what) => {
      const pairs = pairsOf(who, "update", "api");
      const before = JSON.stringify(pairs);
      if ("key" in what) pairs.push([what.key, "1"]);
      else {
        const at = ("at" in what ? what.at : what.drop) % pairs.length;
        const [name, value] = pairs[at] ?? ["", ""];
        fc.pre(!ignored.includes(name));
        // A field without a value and a field that is not told are the same to a run.
        if ("drop" in what) {
          fc.pre(!(name.startsWith("contact[fields]") && value === ""));
          pairs.splice(at, 1);
        } else {
          pairs[at] = [name, what.value];
        }
      }
      fc.pre(JSON.stringify(pairs) !== before);
      // Names that are empty are not taken over by a run.
      fc.pre(!pairs.some(([name, value]) => name.endsWith("_name]") && value === ""));
      expect(judge(pairs, heldOf(who), [traceOf(who)])).not.toBe("echo");
    }),
    { numRuns: 500 },
  );
});
