import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GiveUp, RetryLater } from "../../errors.ts";
import { createOutbound } from "../../http/outbound.ts";
import { publicKeyOf } from "../../http/sign-webhook.ts";
import { newSigningKey, newSigningSecret } from "../../secrets.ts";
import { type MemberView, nothingKnown } from "../contract.ts";
import { eventSchema, readEvent } from "./events.ts";
import { http } from "./http.ts";
import { eventTypes } from "./settings.ts";

let server: Server;
let url = "";
let answer: { status: number; headers?: Record<string, string>; hang?: boolean };
let received: { headers: IncomingHttpHeaders; body: Buffer }[] = [];

beforeEach(async () => {
  answer = { status: 204 };
  received = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks) });
    if (!answer.hang) response.writeHead(answer.status, answer.headers).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/rollcall`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const outbound = createOutbound({ allow: "127.0.0.0/8", timeoutMs: 1000 });
const secret = newSigningSecret();
const open = (settings: Record<string, unknown> = {}, secrets: Record<string, string> = { secret }) =>
  http.open({
    settings: { url, ...settings },
    secrets,
    learned: {},
    learn: () => undefined,
    acquire: async () => undefined,
    fetch: (target, init) => outbound.fetch(target, init),
  });

const member: MemberView = {
  id: "0199a5c0-0000-7000-8000-000000000001",
  email: "zoe@example.com",
  login: "zoe@example.com",
  role: "gold",
  firstName: "Zoë",
  lastName: "O’Connor",
  tags: ["Hand planes, spring", "Member"],
  fields: { city: "Malmö" },
  contacts: [{ connectionId: "0199a5c0-1111-7000-8000-000000000000", contactId: "7" }],
  password: { plain: "never in an event", why: "new" },
};
const toldOf = { externalId: member.id, memory: {} };
const push = { id: "push_1" };

/** What arrived, verified as a receiver does. */
const events = (with_ = secret) =>
  received.map(({ headers, body }) =>
    readEvent(new Webhook(with_).verify(body, headers as Record<string, string>)),
  );

describe("an event", () => {
  test("is signed so that the library of receivers verifies it, and has the member without the password", async () => {
    expect(await open().push(member, nothingKnown, push)).toEqual({
      status: "done",
      made: true,
      changes: ["member.created"],
      left: null,
      known: toldOf,
    });
    const { password: _, ...shown } = member;
    expect(events()).toMatchObject([{ type: "member.created", data: { member: shown } }]);
    expect(received[0]?.headers["webhook-id"]).toBe("push_1");
    expect(received[0]?.body.toString()).not.toContain("never in an event");
  });

  test("has the same id at every attempt and the time of its own", async () => {
    answer = { status: 500 };
    await open()
      .push(member, nothingKnown, push)
      .catch(() => undefined);
    answer = { status: 200 };
    await open().push(member, nothingKnown, push);
    expect(received.map(({ headers }) => headers["webhook-id"])).toEqual(["push_1", "push_1"]);
    expect(events()).toHaveLength(2);
  });

  test("is signed with both secrets while one is exchanged, and then with the new one alone", async () => {
    const during = http.rotateSecrets?.({ secret }, new Date(Date.now() + 60_000)) ?? {};
    await open({}, during).push(member, toldOf, push);
    expect(events(secret)).toHaveLength(1);
    expect(events(during.secret)).toHaveLength(1);
    received = [];
    const after = { ...during, oldUntil: new Date(Date.now() - 1000).toISOString() };
    await open({}, after).push(member, toldOf, push);
    expect(() => events(secret)).toThrow();
    expect(events(during.secret)).toMatchObject([{ type: "member.updated" }]);
  });

  test("has a published schema", () => {
    expect(eventSchema()).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
    const text = JSON.stringify(eventSchema());
    for (const type of [...eventTypes, "destination.tested"]) expect(text).toContain(`"${type}"`);
    expect(text).not.toContain('"password"');
  });
});

test("a destination with an ed25519 key signs with it, says its public half, and keeps to it when exchanged", async () => {
  const key = newSigningKey();
  const { checks } = await open({}, { secret: key }).test();
  expect(checks[0]?.detail).toContain(publicKeyOf(key));
  expect(received[0]?.headers["webhook-signature"]).toMatch(/^v1a,[A-Za-z0-9+/]{86}==$/);
  const during = http.rotateSecrets?.({ secret: key }, new Date(Date.now() + 60_000)) ?? {};
  expect(during).toMatchObject({ secret: expect.stringMatching(/^whsk_/), oldSecret: key });
  await open({}, during).test();
  expect(received[1]?.headers["webhook-signature"]).toMatch(/^v1a,\S+ v1a,\S+$/);
  expect(() => http.secrets.parse({ secret: "whsk_dG9vIHNob3J0" })).toThrow("ed25519");
});

describe("which events are sent", () => {
  test("only those that were chosen; a member who was passed over is known all the same", async () => {
    const client = open({ events: ["member.updated"] });
    expect(await client.push(member, nothingKnown, push)).toMatchObject({
      status: "unchanged",
      known: toldOf,
    });
    await client.push(member, toldOf, push);
    expect(events().map(({ type }) => type)).toEqual(["member.updated"]);
  });

  test.each([
    [{ roles: ["Gold"] }, true],
    [{ roles: ["silver"] }, false],
    [{ tags: ["member", "other"] }, true],
    [{ tags: ["other"] }, false],
    [{ tags: ["Member"], notTags: ["hand planes, spring"] }, false],
    [{ roles: ["gold"], tags: ["other"] }, false],
  ])("the filter %j lets a member through: %s", async (filter, passes) => {
    const pushed = await open({ filter }).push(member, nothingKnown, push);
    expect(pushed).toMatchObject(
      passes ? { status: "done" } : { status: "skipped", reason: "site_not_matched" },
    );
    expect(received).toHaveLength(passes ? 1 : 0);
  });

  test("a member who no longer passes the filter is taken leave of, once", async () => {
    const client = open({ filter: { roles: ["silver"] } });
    const left = await client.push(member, toldOf, push);
    expect(left).toMatchObject({ status: "done", changes: ["member.deleted"], known: nothingKnown });
    expect(await client.push(member, nothingKnown, push)).toMatchObject({ status: "skipped" });
    expect(events()).toMatchObject([{ type: "member.deleted", data: { member: { id: member.id } } }]);
  });

  test("a member who goes is told of where they were known", async () => {
    expect(await open().unlink(member, nothingKnown, push)).toMatchObject({ status: "unchanged" });
    expect(await open().unlink(member, toldOf, push)).toMatchObject({ changes: ["member.deleted"] });
    expect(events()).toHaveLength(1);
  });

  test("the digest differs with the member and the filter’s verdict, never with the password or the order of fields", () => {
    const fields = { b: "2", a: "1" };
    const plain = open().digest({ ...member, fields });
    expect(open().digest({ ...member, password: null, fields: { a: "1", b: "2" } })).toBe(plain);
    expect(open().digest({ ...member, fields, tags: [] })).not.toBe(plain);
    expect(open({ filter: { roles: ["silver"] } }).digest({ ...member, fields })).not.toBe(plain);
  });
});

describe("events that name a change", () => {
  const { password: _, ...previous } = member;
  const after = { ...member, password: null, role: "silver", tags: ["Member", "New"] };

  test("come beside member.updated, each under an id of its own that every attempt repeats", async () => {
    const client = open({ events: eventTypes });
    for (let attempt = 1; attempt <= 2; attempt++) await client.push(after, toldOf, { ...push, previous });
    const said = received.map(({ headers }) => headers["webhook-id"]);
    expect(said.slice(0, 3)).toEqual(["push_1", "push_1.role_changed", "push_1.tags_changed"]);
    expect(said.slice(3)).toEqual(said.slice(0, 3));
    expect(events().slice(1, 3)).toMatchObject([
      { type: "member.role_changed", data: { role: { before: "gold", after: "silver" } } },
      {
        type: "member.tags_changed",
        data: { tags: { added: ["New"], removed: ["Hand planes, spring"] } },
      },
    ]);
  });

  test("tell of a new password without it, and only then", async () => {
    const client = open({ events: eventTypes });
    const reset = { ...previous, password: { plain: "never in an event", why: "reset" as const } };
    expect(await client.push(reset, toldOf, { ...push, previous })).toMatchObject({
      changes: ["member.password_reset"],
    });
    expect(received[0]?.body.toString()).not.toContain("never in an event");
  });

  test("leave member.updated to a push that was asked for although nothing changed", async () => {
    const client = open({ events: eventTypes });
    const same = { ...previous, password: null };
    expect(await client.push(same, toldOf, { ...push, previous })).toMatchObject({
      changes: ["member.updated"],
    });
  });

  test("are foretold with the very bodies, and nothing is sent", () => {
    const client = open({ events: ["member.role_changed"], attributes: ["role"], fields: [] });
    expect(client.foretell?.(after, toldOf, previous)).toMatchObject({
      leaves: null,
      events: [
        {
          type: "member.role_changed",
          data: { member: { id: member.id, email: member.email, role: "silver", fields: {} } },
        },
      ],
    });
    expect(received).toHaveLength(0);
  });
});

test("an event shows what was chosen, and what was not chosen makes no difference", async () => {
  const client = open({ attributes: ["tags"], fields: ["City"] });
  const whole = { ...member, fields: { city: "Malmö", shoe: "42" } };
  await client.push(whole, nothingKnown, push);
  expect(events()[0]?.data).toEqual({
    member: { id: member.id, email: member.email, tags: member.tags, fields: { city: "Malmö" } },
  });
  const digest = client.digest(whole);
  expect(client.digest({ ...whole, role: "silver", fields: { city: "Malmö", shoe: "43" } })).toBe(digest);
  expect(client.digest({ ...whole, fields: { city: "Lund", shoe: "42" } })).not.toBe(digest);
});

describe("what the receiver answers", () => {
  const outcome = () =>
    open()
      .push(member, nothingKnown, push)
      .then(
        ({ status }) => status,
        (error: unknown) => {
          if (error instanceof RetryLater)
            return ["later", error.reason, error.retryAfterSeconds ?? ""].join(" ").trim();
          if (error instanceof GiveUp) return `never ${error.reason}: ${error.detail}`;
          throw error;
        },
      );
  test.each([
    [200, {}, "done"],
    [299, {}, "done"],
    [301, { location: "https://new.example/hook?x=1" }, "never site_moved: https://new.example/hook"],
    [304, {}, "never site_moved: nowhere"],
    [400, {}, "later site_refused_call"],
    [401, {}, "later site_refused_call"],
    [404, { "retry-after": "9" }, "later site_refused_call 9"],
    [410, {}, "never site_gone: HTTP 410"],
    [429, { "retry-after": "30" }, "later site_overloaded 30"],
    [429, {}, "later site_overloaded"],
    [502, {}, "later site_overloaded"],
    [503, { "retry-after": "5" }, "later site_overloaded 5"],
    [500, {}, "later site_failed"],
  ])("HTTP %i %j", async (status, headers, expected) => {
    answer = { status, headers };
    expect(await outcome()).toBe(expected);
  });

  test("silence", async () => {
    answer = { status: 200, hang: true };
    expect(await outcome()).toBe("later site_timeout");
  });

  test("nobody there", async () => {
    server.close();
    expect(await outcome()).toBe("later site_unreachable");
  });
});

describe("the test of a destination", () => {
  test("posts a signed event about nobody", async () => {
    expect(await open().test()).toMatchObject({ ok: true, checks: [{ name: "delivery", status: "ok" }] });
    expect(events()).toMatchObject([{ type: "destination.tested", data: {} }]);
  });

  test("says what stands in the way", async () => {
    answer = { status: 404 };
    const { ok, checks } = await open().test();
    expect(ok).toBe(false);
    expect(checks).toMatchObject([{ status: "failed", reason: "site_refused_call" }]);
    expect(checks[0]?.detail).toContain("HTTP 404");
  });
});

describe("settings", () => {
  test.each(["ftp://a.example", "https://me:secret@a.example", "not a url"])(
    "the address %s is refused",
    (bad) => expect(http.settings.safeParse({ url: bad }).success).toBe(false),
  );
  test.each([
    "whsec_c2hvcnQ=",
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    `whsec_${Buffer.alloc(65).toString("base64")}`,
  ])("the secret %s is refused", (bad) =>
    expect(http.secrets.safeParse({ secret: bad }).success).toBe(false),
  );
  test("a secret that Rollcall makes is taken", () =>
    expect(http.secrets.safeParse(http.makeSecrets()).success).toBe(true));
});
