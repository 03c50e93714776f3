import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRateLimit } from "./rate-limit.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import { runTraffic } from "./traffic.ts";

let sandbox: Sandbox;
const closers: (() => void)[] = [];
beforeEach(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0 });
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await sandbox.close();
});

async function api(path: string, init: { method?: string; body?: unknown; token?: string } = {}) {
  const answer = await fetch(`${sandbox.url}/api/3/${path}`, {
    method: init.method ?? "GET",
    headers: { "Api-Token": init.token ?? sandbox.apiToken },
    body: init.body === undefined ? undefined : JSON.stringify(init.body),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

async function lever(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${sandbox.url}/__sandbox/${path}`, { method, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

/** A receiver of webhooks. */
async function receiver(status: () => number = () => 200) {
  const bodies: URLSearchParams[] = [];
  const handler: RequestListener = (request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      bodies.push(new URLSearchParams(text));
      if (status() !== 0) response.writeHead(status()).end();
    });
  };
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies };
}

const listen = (url: string, events: string[], sources = ["admin"], listid = "0") =>
  api("webhooks", { method: "POST", body: { webhook: { name: "Hook", url, events, sources, listid } } });

const settled = () =>
  expect.poll(() => sandbox.state.sent.some(({ status }) => status === "waiting")).toBe(false);

describe("the account", () => {
  test("is the same for everyone who starts it", async () => {
    const other = await startSandbox();
    const people = (from: Sandbox) =>
      [...from.state.contacts.values()].map(({ email, tags }) => [email, [...tags]]);
    expect(people(other)).toEqual(people(sandbox));
    await other.close();
  });

  test("refuses a wrong token, and paths and ids that are not there", async () => {
    expect((await api("contacts", { token: "x" })).status).toBe(403);
    expect(await api("contacts/999")).toMatchObject({
      status: 404,
      body: { message: "No Result found for Subscriber with id 999" },
    });
    expect((await api("campaigns")).status).toBe(404);
    expect((await api("contactTags/1", { method: "DELETE" })).status).toBe(404);
  });

  test("pages by 20, and by 100 at most", async () => {
    sandbox.control.grow(250);
    expect((await api("contacts")).body.contacts).toHaveLength(20);
    const page = await api("contacts?limit=500&offset=200");
    expect([page.body.contacts.length, page.body.meta.total]).toEqual([50, "250"]);
    expect((await api("contacts?limit=500")).body.contacts).toHaveLength(100);
    sandbox.control.edit([1], { addTags: Array.from({ length: 118 }, (_, index) => `Extra ${index}`) });
    expect((await api("contacts/1/contactTags")).body.contactTags).toHaveLength(20);
    const tags = await api("contacts/1/contactTags?limit=500&offset=100");
    expect([tags.body.contactTags.length, tags.body.meta.total]).toEqual([20, "120"]);
  });

  test("lists the tags of templates among those of contacts, and gives none to a contact", async () => {
    sandbox.state.templateTags.set(77, "VIP");
    const { tags } = (await api("tags?search=vip")).body;
    expect(tags.map((tag: Record<string, unknown>) => [tag.id, tag.tag, tag.tagType])).toEqual([
      ["77", "VIP", "template"],
      ["8", "VIP", "contact"],
    ]);
    const contactTag = { contact: "1", tag: "77" };
    expect((await api("contactTags", { method: "POST", body: { contactTag } })).status).toBe(404);
  });

  test("allows so many calls a second and says when to come back", async () => {
    sandbox.control.settings({ callsPerSecond: 2, retryAfterSeconds: 30 });
    const answers = [await api("tags"), await api("tags"), await api("tags")];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[0]?.headers.get("ratelimit-remaining")).toBe("1");
    expect(answers[2]?.headers.get("retry-after")).toBe("30");
  });

  test("counts a sliding second", () => {
    let now = 0;
    const limit = openRateLimit(() => now);
    const take = (at: number) => {
      now = at;
      return limit.take(2).passes;
    };
    expect([0, 900, 950, 1000, 1100, 1900, 1901].map(take)).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  test("makes contacts, tags and values, and refuses duplicates", async () => {
    const made = await api("contacts", {
      method: "POST",
      body: { contact: { email: "new@example.com", fieldValues: [{ field: "5", value: "Oslo" }] } },
    });
    expect(made.status).toBe(201);
    const { id } = made.body.contact;
    const again = await api("contacts", { method: "POST", body: { contact: { email: "NEW@example.com" } } });
    expect(again).toMatchObject({ status: 422, body: { errors: [{ code: "duplicate" }] } });
    const synced = await api("contact/sync", {
      method: "POST",
      body: { contact: { email: "new@example.com", firstName: "Nora" } },
    });
    expect([synced.status, synced.body.contact.id]).toEqual([201, id]);
    const tagged = await api("contactTags", {
      method: "POST",
      body: { contactTag: { contact: id, tag: "1" } },
    });
    expect((await api(`contacts/${id}/contactTags`)).body.contactTags[0].id).toBe(tagged.body.contactTag.id);
    expect((await api(`contactTags/${tagged.body.contactTag.id}`, { method: "DELETE" })).status).toBe(200);
    expect((await api(`contacts/${id}/contactTags`)).body.contactTags).toEqual([]);
    expect((await api(`contacts/${id}`)).body.fieldValues[0].value).toBe("Oslo");
  });

  test("a deleted contact leaves the lists and keeps a rewritten address", async () => {
    await api("contacts/3", { method: "DELETE" });
    expect((await api("contacts?ids[]=3")).body.contacts).toEqual([]);
    expect((await api("contacts/3")).body.contact.email).toBe("deleted+3@example.com");
  });
});

describe("webhooks", () => {
  test("go out for the events and sources that were registered, in the settings dialect", async () => {
    const { url, bodies } = await receiver();
    await listen(url, ["update", "contact_tag_added"]);
    sandbox.control.edit([1], { fields: { CITY: "Oslo" } });
    sandbox.control.edit([2], { addTags: ["VIP"] });
    sandbox.control.edit([3], { source: "api", fields: { CITY: "Oslo" } });
    await expect.poll(() => bodies).toHaveLength(3);
    const seen = bodies.map((body) => [body.get("type"), body.get("contact[id]"), body.get("tag")]);
    expect(seen.sort()).toEqual([
      ["contact_tag_added", "2", "VIP"],
      ["update", "1", null],
      ["update", "2", null],
    ]);
    const first = bodies.find((body) => body.get("contact[id]") === "1");
    expect(first?.get("contact[fields][5]")).toBe("Oslo");
    expect([first?.get("initiated_from"), first?.get("list")]).toEqual(["admin", "0"]);
  });

  test("of “any user” also fire for the API on an account without the fix", async () => {
    const { url, bodies } = await receiver();
    await listen(url, ["update"]);
    sandbox.control.settings({ anyUserFiresForApi: true });
    await api("fieldValues", {
      method: "POST",
      body: { fieldValue: { contact: 1, field: 5, value: "Oslo" } },
    });
    await expect.poll(() => bodies).toHaveLength(1);
    expect(bodies[0]?.get("initiated_from")).toBe("admin");
  });

  test("follow their list, and tag events follow none", async () => {
    const { url, bodies } = await receiver();
    await listen(url, ["subscribe", "contact_tag_added"], ["api", "admin"], "2");
    for (const list of [1, 2])
      await api("contactLists", { method: "POST", body: { contactList: { list, contact: 1, status: 1 } } });
    sandbox.control.edit([4], { addTags: ["VIP"] });
    await expect.poll(() => bodies).toHaveLength(2);
    expect(bodies.map((body) => [body.get("type"), body.get("list")]).sort()).toEqual([
      ["contact_tag_added", "0"],
      ["subscribe", "2"],
    ]);
  });

  test("of automations carry personalisation tags and the automation's number", async () => {
    const { url, bodies } = await receiver();
    const [sent] = await sandbox.control.runAutomation(929, [7], url);
    expect(sent).toMatchObject({ status: "succeeded", httpStatus: 200, kind: "automation", contactId: 7 });
    expect([...(bodies[0]?.keys() ?? [])].at(-1)).toBe("seriesid");
    expect(bodies[0]?.has("contact[fields][membership_level]")).toBe(true);
    expect(bodies[0]?.has("type")).toBe(false);
  });

  test("are sent once: an error, silence and 410 are failures, and 410 switches a webhook off", async () => {
    sandbox.control.settings({ webhookTimeoutMs: 500 });
    const broken = await receiver(() => 500);
    const silent = await receiver(() => 0);
    const gone = await receiver(() => 410);
    for (const { url } of [broken, silent, gone]) await listen(url, ["update"]);
    sandbox.control.edit([1], { fields: { CITY: "Oslo" } });
    await settled();
    sandbox.control.edit([1], { fields: { CITY: "Bergen" } });
    await settled();
    expect([broken, silent, gone].map(({ bodies }) => bodies.length)).toEqual([2, 2, 1]);
    expect(sandbox.control.sent()).toMatchObject({ total: 5, counts: { failed: 5 } });
    expect((await api("webhooks")).body.webhooks[2].state).toBe("inactive");
  });

  test("of a flood all arrive", async () => {
    const { url, bodies } = await receiver();
    sandbox.control.grow(300);
    const answer = await lever("POST", "automations/5/runs", { url, wait: true });
    expect(answer.body.webhooks).toHaveLength(300);
    expect(bodies).toHaveLength(300);
  });
});

describe("levers over HTTP", () => {
  test("faults, settings, edits, counts and a fresh start", async () => {
    await lever("POST", "faults", { kind: "500", count: 2, path: "contacts" });
    expect([
      (await api("contacts")).status,
      (await api("tags")).status,
      (await api("contacts/1")).status,
    ]).toEqual([500, 200, 500]);
    expect((await lever("PATCH", "settings", { sideload: false })).body.sideload).toBe(false);
    expect((await lever("POST", "edits", { contactIds: [1], fields: { CITY: "Oslo" } })).body).toEqual({
      edited: 1,
    });
    expect((await lever("GET", "calls")).body).toMatchObject({
      total: 3,
      counts: { "GET contacts": 1, "GET contacts/:id": 1, "GET tags": 1 },
    });
    await lever("POST", "reset", { contacts: 3 });
    expect((await lever("GET", "state")).body.contacts).toBe(3);
    expect((await lever("GET", "calls")).body.total).toBe(0);
  });

  test("a lever that is not there, or is pulled wrongly, says so", async () => {
    expect((await lever("POST", "nothing")).status).toBe(404);
    expect((await lever("POST", "faults", { kind: "gremlin" })).status).toBe(400);
    expect(
      (await lever("POST", "edits", { contactIds: [999], fields: { CITY: "x" } })).body.message,
    ).toContain("999");
  });
});

test("traffic keeps coming, from automations and edits, until it is stopped", async () => {
  const { url, bodies } = await receiver();
  await listen(url, ["update"], ["admin", "system"]);
  const stop = new AbortController();
  const traffic = runTraffic({
    sandboxUrl: sandbox.url,
    webhookUrls: [url],
    perSecond: 500,
    signal: stop.signal,
  });
  await expect
    .poll(() => ({
      automation: bodies.some((body) => body.has("seriesid")),
      event: bodies.some((body) => body.get("type") === "update"),
      faults: sandbox.state.faults.length > 1,
    }))
    .toEqual({ automation: true, event: true, faults: true });
  stop.abort();
  await traffic;
});

describe("changed contacts", () => {
  type Listed = { id: string; udate: string; updated_utc_timestamp: string };
  const changed = async (query: string) => {
    const { body } = await api(`contacts?${query}`);
    return { ids: body.contacts.map(({ id }: Listed) => Number(id)), total: Number(body.meta.total), body };
  };
  const since = (at: Date) => `filters[updated_after]=${encodeURIComponent(at.toISOString())}`;

  test("are listed by the account's clock, above an id, in an order and in pages", async () => {
    const before = new Date(Date.now() - 1000);
    sandbox.control.edit([4, 19, 7, 2], { firstName: "Nils" });
    expect(await changed(`${since(before)}&orders[id]=ASC`)).toMatchObject({ ids: [2, 4, 7, 19], total: 4 });
    const second = `${since(before)}&orders[id]=ASC&id_greater=4&limit=1`;
    expect(await changed(second)).toMatchObject({ ids: [7], total: 2 });
    expect(await changed(`${since(before)}&orders[id]=DESC&id_less=19`)).toMatchObject({ ids: [7, 4, 2] });
    expect(await changed(since(new Date(Date.now() + 60_000)))).toMatchObject({ ids: [], total: 0 });
  });

  test("carry stamps of the account's time zone and clock, and of UTC", async () => {
    sandbox.control.settings({ clockSkewMs: 3_600_000 });
    sandbox.control.edit([4], { firstName: "Nils" });
    const { ids, body } = await changed(since(new Date(Date.now() + 1_800_000)));
    expect(ids).toEqual([4]);
    const [contact] = body.contacts as Listed[];
    expect(contact?.udate).toMatch(/T[\d:]{8}-0[56]:00$/);
    expect(Date.parse(contact?.udate ?? "")).toBe(Date.parse(`${contact?.updated_utc_timestamp}Z`));
    expect(Date.parse(contact?.udate ?? "")).toBeGreaterThan(Date.now() + 3_500_000);
  });

  test("come without a webhook where the account loses them", async () => {
    const { url, bodies } = await receiver();
    await listen(url, ["update"]);
    sandbox.control.settings({ sendsWebhooks: false });
    sandbox.control.edit([4], { firstName: "Nils" });
    expect(sandbox.control.sent().counts).toEqual({ failed: 1 });
    expect(bodies).toEqual([]);
  });
});
