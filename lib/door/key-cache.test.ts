import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { sha256 } from "../secrets.ts";
import { openKeyCache } from "./keys.ts";

const known = "rck_0123456789abcdefghijklmnop";
const made = "rck_1123456789abcdefghijklmnop";
const longerThanAWaitMs = 3_500;

test("a key that was made a moment ago is found, also by a process that was too busy to hear the answer", async () => {
  const { db, close } = await testDatabase();
  onTestFinished(close);
  const { id: connectionId } = await makeConnection(db);
  await makeAccessKey(db, { connectionId, hash: sha256(known) });
  const cache = openKeyCache(db, { read: () => new Map(), write: () => undefined });
  onTestFinished(() => cache.close());
  expect(await cache.find(known)).not.toBeNull();
  await makeAccessKey(db, { connectionId, number: 2, hash: sha256(made) });
  const finding = cache.find(made);
  await sleep(1);
  for (const until = Date.now() + longerThanAWaitMs; Date.now() < until; );
  expect(await finding).not.toBeNull();
});
