import { expect, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { uuidv7 } from "../ids.ts";
import type { Status } from "../words.ts";
import { afterWaiting } from "./answer.ts";
import { now } from "./new-delivery.ts";

test("who waits is told synced, or failed with the reason also when nothing will be tried again", async () => {
  const { db, close } = await testDatabase();
  const delivery = { id: uuidv7(), receivedAt: now() };
  const told = async (status: Status, reason: string | null) => {
    const { status: code, body } = await afterWaiting(db, delivery, { status, reason, detail: "7" });
    return [code, body.status, body.reason];
  };
  expect(await told("synced", null)).toEqual([200, "synced", undefined]);
  expect(await told("failed", "crm_timeout")).toEqual([422, "failed", "crm_timeout"]);
  expect(await told("dead", "no_email")).toEqual([422, "failed", "no_email"]);
  expect((await afterWaiting(db, delivery, null)).body.status).toBe("accepted");
  await close();
});
