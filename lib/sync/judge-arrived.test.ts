import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { closeDoor, type Door, openDoor } from "../door/open-door.ts";
import { receive } from "../door/receive.ts";
import { sha256 } from "../secrets.ts";
import { collect } from "./collect.ts";

const key = "rck_0123456789abcdefghijklmnop";
let database: Awaited<ReturnType<typeof testDatabase>>;
let door: Door;

beforeAll(async () => {
  database = await testDatabase();
  door = openDoor(database.db);
  const { id: connectionId } = await makeConnection(database.db, { mode: "event", listId: "5" });
  await makeAccessKey(database.db, { connectionId, hash: sha256(key) });
});
afterAll(async () => {
  await closeDoor(door);
  await database.close();
});

/** Sends an unsubscribe of its own contact that names these lists, and says what was decided about it. */
async function unsubscribed(contactId: number, lists: string) {
  const body = `type=unsubscribe&date_time=2026-07-17T22:01:25-05:00&initiated_from=public&${lists}&contact[id]=${contactId}`;
  const answer = await receive(door, {
    method: "POST",
    target: `/hooks/${key}/update`,
    headers: [],
    contentType: "application/x-www-form-urlencoded",
    remoteAddress: "203.0.113.24",
    body: async () => ({ bytes: Buffer.from(body), problem: null }),
  });
  await collect(database.db);
  const [row] = await database.db.$client`
    select status, reason, detail from outcomes where delivery_id = ${String(answer.body.delivery)}`;
  return row;
}

test("a connection of one list takes events that name it, none, or it among several, and no others", async () => {
  const taken = { status: "queued", reason: null, detail: null };
  expect(await unsubscribed(1, "list=5")).toEqual(taken);
  expect(await unsubscribed(2, "list=0")).toEqual(taken);
  expect(await unsubscribed(3, "list=0&list[][id]=4&list[][id]=5")).toEqual(taken);
  expect(await unsubscribed(4, "list[0][id]=4&list[1][id]=5")).toEqual(taken);
  const other = { status: "filtered", reason: "list_other", detail: "4" };
  expect(await unsubscribed(5, "list=0&list[][id]=4")).toEqual(other);
});
