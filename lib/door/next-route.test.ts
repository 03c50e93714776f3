import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { GET, POST, PUT } from "../../app/hooks/[[...address]]/route.ts";
import { sha256 } from "../secrets.ts";
import { doorCounters } from "./counters.ts";
import { maxBodyBytes } from "./envelope.ts";
import { closeTheDoor } from "./open-door.ts";

const key = "rck_0123456789abcdefghijklmnop";
const type = "application/x-www-form-urlencoded";
let copy: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  copy = await testDatabase();
  process.env.DATABASE_URL = copy.url;
  const { id: connectionId } = await makeConnection(copy.db);
  await makeAccessKey(copy.db, { connectionId, hash: sha256(key) });
});
afterAll(async () => {
  await closeTheDoor();
  await copy.close();
});
beforeEach(() => copy.db.$client`truncate deliveries, inbox, outcomes`);

const request = (target: string, init: RequestInit = {}) =>
  new Request(`http://localhost:3000${target}`, {
    ...init,
    headers: { "x-forwarded-for": "203.0.113.24", ...(init.body ? { "content-type": type } : {}) },
  });
async function said(answer: Promise<Response>) {
  const { status, headers } = await answer;
  const body = await (await answer).json();
  return { status, body, allow: headers.get("allow"), cache: headers.get("cache-control") };
}
/** What was accepted; a refusal is stored in its own time. */
const stored = () => copy.db.$client<Record<string, unknown>[]>`
  select id, dialect, action, method, path, contact_id as contact, remote_address as address,
    convert_from(body, 'UTF8') as body from deliveries where verdict = 'accepted'`;
const counted = async (outcome: string) => {
  const { values } = await doorCounters.requests.get();
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
};

test("a POST is stored as it came, and answered with its id", async () => {
  const body = "contact[id]=7&contact[email]=a%40b.example";
  const answer = await said(POST(request(`/hooks/${key}/add`, { method: "POST", body })));
  expect(answer).toMatchObject({ status: 200, body: { status: "accepted" }, cache: "no-store" });
  const row = { action: "add", method: "POST", path: "/hooks/hidden/add", contact: "7" };
  expect(await stored()).toMatchObject([{ ...row, id: answer.body.delivery, address: "203.0.113.24", body }]);
});

test("a GET names its contact in the URL, also in one of WP Fusion that Next brings here", async () => {
  expect(await said(GET(request(`/hooks/${key}/update?contact_id=8`)))).toMatchObject({ status: 200 });
  const wpFusion = `/hooks?wpf_action=update&access_key=${key}&contact_id=9`;
  expect(await said(GET(request(wpFusion)))).toMatchObject({ status: 200 });
  const rows = await stored();
  expect(rows.map(({ dialect, contact, path }) => [dialect, contact, path]).sort()).toEqual([
    ["rollcall", "8", "/hooks/hidden/update"],
    ["wp-fusion", "9", "/"],
  ]);
});

test("another method, an unknown key and an address of no webhook are refused", async () => {
  const put = await said(PUT(request(`/hooks/${key}/add`, { method: "PUT", body: "contact[id]=7" })));
  expect(put).toMatchObject({ status: 405, allow: "GET, POST", body: { status: "refused" } });
  const unknown = request("/hooks/rck_unknown-key-0123456789abc/add?contact_id=7");
  expect(await said(GET(unknown))).toMatchObject({ status: 401, body: { reason: "no_such_key" } });
  expect(await said(GET(request(`/hooks/${key}/add/more`)))).toMatchObject({ status: 404 });
});

test("a body of 1 MiB is stored, a larger one is refused and counted", async () => {
  const before = await counted("too_large");
  const send = (size: number) =>
    said(
      POST(request(`/hooks/${key}/add`, { method: "POST", body: "contact[id]=7&note=".padEnd(size, "x") })),
    );
  expect(await send(maxBodyBytes)).toMatchObject({ status: 200 });
  expect(await send(maxBodyBytes + 1)).toMatchObject({ status: 413, body: { status: "refused" } });
  expect(await stored()).toHaveLength(1);
  expect(await counted("too_large")).toBe(before + 1);
});

test("a body that breaks off is refused, counted and not stored", async () => {
  const before = await counted("broken");
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from("contact[id]=7"));
    },
    pull(controller) {
      controller.error(new Error("The caller went away."));
    },
  });
  const broken = request(`/hooks/${key}/add`, { method: "POST", body, duplex: "half" } as RequestInit);
  expect(await said(POST(broken))).toMatchObject({ status: 408, body: { status: "refused" } });
  expect(await counted("broken")).toBe(before + 1);
  expect(await stored()).toEqual([]);
});
