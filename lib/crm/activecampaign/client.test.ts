import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GiveUp, RetryLater } from "../../errors.ts";
import { createOutbound } from "../../http/outbound.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import type { CrmClient, Loaded, Opened, Sideload } from "../contract.ts";
import { activecampaign } from "./activecampaign.ts";

let sandbox: Sandbox;
const outbound = createOutbound({ allow: "127.0.0.0/8" });
let acquired = 0;
let pauses: number[] = [];
let learned: string[] = [];

beforeEach(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 12 });
  acquired = 0;
  pauses = [];
  learned = [];
});
afterEach(() => sandbox.close());

function open(sideload: Sideload = "yes", change: Partial<Opened> = {}): CrmClient {
  return activecampaign.open({
    baseUrl: sandbox.url,
    credentials: { apiToken: sandbox.apiToken },
    sideload,
    acquire: async () => {
      acquired += 1;
    },
    pause: async (seconds) => {
      pauses.push(seconds);
    },
    learnedSideload: (now) => learned.push(now),
    fetch: (url, init) => outbound.fetch(url, { timeoutMs: 1000, ...init }),
    ...change,
  });
}

const thrown = (run: Promise<unknown>) =>
  run.then(
    () => "nothing thrown",
    (error: unknown) =>
      error instanceof RetryLater
        ? ["later", error.reason, error.retryAfterSeconds]
        : error instanceof GiveUp
          ? ["never", error.reason, error.detail]
          : error,
  );

const found = (loaded: Loaded | undefined) => {
  if (loaded?.status !== "found") throw new Error(`not found: ${JSON.stringify(loaded)}`);
  return loaded.contact;
};

const expected = {
  id: "2",
  email: "zoe.oconnor.2@example.com",
  firstName: "Zoë",
  lastName: "O’Connor",
  phone: "+46 70 555 0002",
  tags: ["Hand planes, spring", "Member"],
  fields: { membership_level: "Gold", renews_on: "2027-01-06", workshop: "||Sharpening||", city: "Cork" },
};

describe("load", () => {
  test("reads a batch with tags and fields in one call where the account answers the sideload", async () => {
    sandbox.control.edit([2], {
      addTags: ["Hand planes, spring"],
      removeTags: ["Trial"],
      firstName: "Zoë",
      lastName: "O’Connor",
      email: "zoe.oconnor.2@example.com",
    });
    const loaded = await open("yes").load(["1", "2", "3"]);
    expect(found(loaded.get("2"))).toEqual(expected);
    expect([...loaded.keys()]).toEqual(["1", "2", "3"]);
    expect(sandbox.control.calls().counts).toEqual({ "GET contacts": 1 });
    expect(acquired).toBe(1);
  });

  test("finds out about the sideload with the call itself", async () => {
    await open("unknown").load(["1"]);
    expect(learned).toEqual(["yes"]);
    expect(sandbox.control.calls().total).toBe(1);
  });

  test("falls back to the documented calls when the sideload is not answered, and says so once", async () => {
    sandbox.control.settings({ sideload: false });
    sandbox.control.edit([2], {
      addTags: ["Hand planes, spring"],
      removeTags: ["Trial"],
      firstName: "Zoë",
      lastName: "O’Connor",
      email: "zoe.oconnor.2@example.com",
    });
    const client = open("yes");
    expect(found((await client.load(["2"])).get("2"))).toEqual(expected);
    await client.load(["3"]);
    expect(learned).toEqual(["no"]);
    expect(sandbox.control.calls().counts).toEqual({
      "GET contacts": 1,
      "GET contacts/:id": 2,
      "GET contacts/:id/contactTags": 2,
      "GET tags": 1,
      "GET fields": 1,
    });
  });

  test("an answer that holds less than it announces is not believed", async () => {
    const whole = found((await open("no").load(["3"])).get("3"));
    const client = open("yes", {
      fetch: async (url, init) => {
        const answer = await outbound.fetch(url, init);
        return url.includes("include=")
          ? { ...answer, text: answer.text.replace(/"contactTags":\[\{.*?\}\}\]/, '"contactTags":[]') }
          : answer;
      },
    });
    expect(found((await client.load(["3"])).get("3"))).toEqual(whole);
    expect(whole.tags.length).toBeGreaterThan(0);
    expect(learned).toEqual(["no"]);
  });

  test("a contact about whose tags the list says nothing is read by itself", async () => {
    const client = open("yes", {
      fetch: async (url, init) => {
        const answer = await outbound.fetch(url, init);
        if (!url.includes("include=")) return answer;
        const json = JSON.parse(answer.text);
        for (const contact of json.contacts) delete contact.contactTags;
        json.contactTags = json.contactTags.filter((each: { contact: string }) => each.contact !== "3");
        return { ...answer, text: JSON.stringify(json) };
      },
    });
    const loaded = await client.load(["3", "4"]);
    expect(found(loaded.get("3")).tags).toContain("Member");
    expect(found(loaded.get("4")).tags).toContain("Member");
    expect(sandbox.control.calls().counts["GET contacts/:id/contactTags"]).toBe(1);
  });

  test.each(["yes", "no"] as const)(
    "tells deleted and missing contacts apart (sideload %s)",
    async (sideload) => {
      sandbox.control.remove(4);
      const loaded = await open(sideload).load(["1", "4", "9999", "abc", "0", "007"]);
      expect([...loaded].map(([id, { status }]) => [id, status])).toEqual([
        ["1", "found"],
        ["4", "deleted"],
        ["9999", "missing"],
        ["abc", "missing"],
        ["0", "missing"],
        ["007", "found"],
      ]);
    },
  );

  test("contacts without e-mail, tags or values read as such", async () => {
    sandbox.state.contacts.get(5)?.tags.clear();
    sandbox.state.contacts.get(5)?.fieldValues.clear();
    Object.assign(sandbox.state.contacts.get(5) ?? {}, { email: "" });
    const contact = found((await open("yes").load(["5"])).get("5"));
    expect([contact.email, contact.tags, contact.fields]).toEqual([null, [], {}]);
    expect(found((await open("no").load(["5"])).get("5"))).toEqual(contact);
  });

  test("takes no budget for a first call whose slot is taken", async () => {
    await open("yes").load(["1"], { slotTaken: true });
    expect(acquired).toBe(0);
    await open("no").load(["1"], { slotTaken: true });
    expect(acquired).toBe(sandbox.control.calls().total - 2);
  });

  test("what one contact met is its own failure, and the others are kept", async () => {
    sandbox.control.fault("500", 1, "contacts/2");
    const loaded = await open("no").load(["1", "2", "3"]);
    expect([...loaded.values()].map(({ status }) => status)).toEqual(["found", "failed", "found"]);
  });

  test("a failure of the account keeps what was read and asks no further", async () => {
    sandbox.control.fault("429", 1, "contacts/6");
    const ids = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
    const loaded = await open("no").load(ids);
    expect([...loaded.values()].filter(({ status }) => status === "found")).toHaveLength(7);
    expect(loaded.get("10")).toMatchObject({ status: "failed", error: { reason: "crm_rate_limited" } });
    expect(pauses).toEqual([1]);
  });
});

describe("failures", () => {
  test.each([
    ["500", ["later", "crm_server_error", null], []],
    ["429", ["later", "crm_rate_limited", 1], [1]],
    ["429-bare", ["later", "crm_rate_limited", 10], [10]],
    ["empty", ["later", "crm_empty_answer", null], []],
    ["captcha", ["later", "crm_not_json", null], []],
    ["402", ["never", "crm_payment_required", "Payment Required"], []],
    ["403", ["never", "crm_forbidden", "You do not have permission to do that."], []],
  ] as const)("an answer of %s has its name", async (kind, error, pausesAsked) => {
    sandbox.control.fault(kind, 9);
    for (const sideload of ["yes", "no"] as const) {
      pauses = [];
      const outcome = await thrown(open(sideload).load(["1"]));
      // Read one by one, a failed answer belongs to its contact.
      if (Array.isArray(outcome)) expect(outcome).toEqual(error);
      expect(pauses).toEqual(pausesAsked);
    }
    expect(await thrown(open("yes").load(["1"]))).toEqual(error);
  });

  test("silence and dripping end as a timeout", async () => {
    for (const kind of ["hang", "drip"] as const) {
      sandbox.control.fault(kind, 1);
      const fetch: Opened["fetch"] = (url, init) => outbound.fetch(url, { ...init, timeoutMs: 100 });
      expect(await thrown(open("yes", { fetch }).load(["1"]))).toEqual(["later", "crm_timeout", null]);
    }
  });

  test("a wrong token is told from a wrong permission", async () => {
    const wrong = { credentials: { apiToken: "wrong" } };
    expect(await thrown(open("yes", wrong).load(["1"]))).toMatchObject({ 1: "crm_token_refused" });
  });

  test("a failure inside a 200 never reads as an empty contact", async () => {
    sandbox.control.fault("soft-failure", 1, "contacts/1");
    const loaded = await open("no").load(["1"]);
    expect(loaded.get("1")).toMatchObject({
      status: "failed",
      error: { reason: "crm_bad_request", detail: "Invalid contact ID" },
    });
  });
});

describe("findByEmail", () => {
  test.each(["yes", "no"] as const)(
    "finds the exact address, letter case aside (sideload %s)",
    async (sideload) => {
      const email = sandbox.state.contacts.get(7)?.email ?? "";
      const client = open(sideload);
      expect(found(await client.findByEmail(email.toUpperCase())).id).toBe("7");
      expect(await client.findByEmail("nobody@example.com")).toEqual({ status: "missing" });
    },
  );
});

describe("writes", () => {
  test("a field is written by personalisation tag and read back", async () => {
    const client = open();
    expect(await client.readField("1", "member_password")).toBeNull();
    await client.writeField("1", "%MEMBER_PASSWORD%", "s3cret & ä");
    await client.writeField("1", "member_password", "s3cret & ö");
    expect(await client.readField("1", "member_password")).toBe("s3cret & ö");
  });

  test("a field that is not there, and a contact that is not there, are named", async () => {
    expect(await thrown(open().writeField("1", "nope", "x"))).toEqual([
      "never",
      "password_field_missing",
      "nope",
    ]);
    expect(await thrown(open().writeField("999", "city", "x"))).toEqual(["never", "contact_missing", "999"]);
    expect(await thrown(open().addTag("999", "Member"))).toEqual(["never", "contact_missing", "999"]);
  });

  test("tags are added and removed by name, also twice", async () => {
    const client = open();
    for (const _ of [1, 2]) await client.addTag("1", "Brand new, [tag]");
    expect(found((await client.load(["1"])).get("1")).tags).toContain("Brand new, [tag]");
    for (const _ of [1, 2]) await client.removeTag("1", "brand new, [tag]");
    await client.removeTag("1", "never was");
    expect(found((await client.load(["1"])).get("1")).tags).not.toContain("Brand new, [tag]");
    expect([...sandbox.state.tags.values()].filter((tag) => tag.startsWith("Brand"))).toHaveLength(1);
  });

  test("fields and lists are read whole, over many pages", async () => {
    for (let id = 100; id < 350; id++)
      sandbox.state.fields.set(id, { id, title: `F${id}`, type: "text", perstag: `F_${id}` });
    const fields = await open().fields();
    expect(fields).toHaveLength(256);
    expect(fields.at(-1)).toEqual({ id: "349", tag: "f_349", title: "F349", type: "text" });
    expect(await open().lists()).toEqual([
      { id: "1", name: "Members" },
      { id: "2", name: "Newsletter" },
    ]);
  });
});

describe("register", () => {
  const wanted = {
    events: ["update", "subscribe"],
    sources: ["admin"],
    listId: null,
    url: "https://members.example/hooks/k1/update",
    label: "connection 1",
  };
  const { label: _, ...kept } = wanted;

  test("makes one webhook, and repairs it by id, by URL and by name", async () => {
    const client = open();
    const made = await client.register(wanted, null);
    expect(made).toMatchObject({ ...kept, active: true });
    expect(made.name).toBe("Rollcall at members.example, connection 1 (managed, do not edit)");
    expect(await client.register({ ...wanted, events: ["update"] }, made.id)).toMatchObject({
      id: made.id,
      events: ["update"],
    });
    expect((await client.register(wanted, "999")).id).toBe(made.id);
    const change = { url: "https://members.example/hooks/k2/update", listId: "2" };
    const moved = await client.register({ ...wanted, ...change }, null);
    expect(moved).toMatchObject({ ...kept, ...change, id: made.id });
    expect(sandbox.state.webhooks.size).toBe(1);
  });

  test("leaves the webhook of another connection to the same account alone", async () => {
    const client = open();
    const made = await client.register(wanted, null);
    const second = { ...wanted, url: "https://members.example/hooks/k2/update", label: "connection 2" };
    expect((await client.register(second, null)).id).not.toBe(made.id);
    expect(sandbox.state.webhooks.get(Number(made.id))).toMatchObject({ url: wanted.url });
  });

  test("a webhook that was switched off is made anew, and others' are left alone", async () => {
    const client = open();
    const made = await client.register(wanted, null);
    const webhook = sandbox.state.webhooks.get(Number(made.id));
    sandbox.state.webhooks.set(7, {
      ...(webhook ?? fail()),
      id: 7,
      name: "Zapier",
      url: "https://hooks.example/z",
    });
    Object.assign(webhook ?? {}, { active: false });
    const again = await client.register(wanted, made.id);
    expect(again.active).toBe(true);
    expect(again.id).not.toBe(made.id);
    expect([...sandbox.state.webhooks.keys()]).toEqual([7, Number(again.id)]);
  });

  test("takes it out, also when it is gone already", async () => {
    const client = open();
    const { id } = await client.register(wanted, null);
    for (const _ of [1, 2]) await client.unregister(id);
    expect(sandbox.state.webhooks.size).toBe(0);
  });
});

function fail(): never {
  throw new Error("the webhook is not there");
}

describe("test", () => {
  const expects = { returnPasswordField: "member_password", webhook: null };
  const lines = (report: Awaited<ReturnType<CrmClient["test"]>>) =>
    report.checks.map(({ name, status, reason }) => [name, status, reason]);

  test("reports every line of a good account without changing it", async () => {
    const report = await open("unknown").test(expects);
    expect(report).toMatchObject({ ok: true, sideload: "yes" });
    expect(report.checks.map(({ name, status, detail }) => `${name} ${status} ${detail}`)).toEqual([
      "address ok ",
      "token ok as Marta Okafor",
      "sideload ok 100 contacts cost 1 call instead of 200",
      "fields ok 6 custom fields",
      "permissions ok may read and write contacts",
      "password_field ok Member password",
      "webhook needless Not needed for automations only",
    ]);
    expect(sandbox.control.sent().total).toBe(0);
  });

  test("a slow account is a warning", async () => {
    sandbox.control.settings({ sideload: false });
    const report = await open("yes").test(expects);
    expect(report).toMatchObject({ ok: true, sideload: "no" });
    expect(report.checks[2]).toMatchObject({ name: "sideload", status: "warn" });
  });

  test("a wrong token, a wrong address and a web page are told apart", async () => {
    const token = await open("unknown", { credentials: { apiToken: "wrong" } }).test(expects);
    expect(lines(token)).toEqual([
      ["address", "ok", null],
      ["token", "failed", "crm_token_refused"],
    ]);
    const closed = await open("unknown", { baseUrl: "http://127.0.0.1:1" }).test(expects);
    expect(lines(closed)).toEqual([["address", "failed", "crm_unreachable"]]);
    sandbox.control.fault("captcha", 1);
    expect(lines(await open("unknown").test(expects))).toEqual([["address", "failed", "crm_not_json"]]);
  });

  test("a missing password field, a token that may not write and a lost webhook are named", async () => {
    sandbox.control.fault("403", 1, "contactTags");
    const report = await open().test({
      returnPasswordField: "nope",
      webhook: { url: "https://members.example/x", id: "5" },
    });
    expect(report.ok).toBe(false);
    expect(lines(report).slice(4)).toEqual([
      ["permissions", "failed", "crm_forbidden"],
      ["password_field", "failed", "password_field_missing"],
      ["webhook", "failed", null],
    ]);
  });
});
