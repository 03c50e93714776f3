import { appendFileSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { WrittenDelivery } from "./new-delivery.ts";
import { openSpool } from "./spool.ts";

const delivery = (id: string) => ({ id, body: "hello", inBase64: false }) as WrittenDelivery;
const folder = () => mkdtempSync(path.join(tmpdir(), "rollcall-spool-"));
const collector = () => {
  const stored: string[] = [];
  const store = async (_commitId: string, deliveries: WrittenDelivery[]) => {
    stored.push(...deliveries.map((one) => one.id));
  };
  return { stored, store };
};

test("what was appended is stored in order, with what came while it was being stored", async () => {
  const spool = openSpool(folder());
  await spool.append("c1", [delivery("1"), delivery("2")]);
  const { stored, store } = collector();
  let emptied = 0;
  await spool.drain(
    async (commitId, deliveries) => {
      if (commitId === "c1") await spool.append("c2", [delivery("3")]);
      await store(commitId, deliveries);
    },
    () => emptied++,
  );
  expect(stored).toEqual(["1", "2", "3"]);
  expect(emptied).toBe(1);
  await spool.append("c3", [delivery("4")]);
  await spool.drain(store, () => emptied++);
  expect(stored).toEqual(["1", "2", "3", "4"]);
  spool.close();
});

test("a store that fails leaves everything for the next try", async () => {
  const spool = openSpool(folder());
  await spool.append("c1", [delivery("1")]);
  await spool.append("c2", [delivery("2")]);
  const { stored, store } = collector();
  const failing = async (commitId: string, deliveries: WrittenDelivery[]) => {
    if (commitId === "c2") throw new Error("away");
    await store(commitId, deliveries);
  };
  await expect(spool.drain(failing, () => undefined)).rejects.toThrow("away");
  await spool.drain(store, () => undefined);
  expect(stored).toEqual(["1", "1", "2"]);
  spool.close();
});

test("the file of a process that is gone is taken over, its torn last line left out", async () => {
  const place = folder();
  const spool = openSpool(place);
  await spool.append("c1", [delivery("1")]);
  await spool.append("c2", [delivery("2")]);
  spool.close();
  const [name = ""] = readdirSync(place);
  const gone = path.join(place, name.replace(/^\d+/, "999999999"));
  renameSync(path.join(place, name), gone);
  appendFileSync(gone, '00000000 {"commitId":"c3","deliveries":[{"id":"3"');
  writeFileSync(path.join(place, "notes.txt"), "not ours");
  const heir = openSpool(place);
  const { stored, store } = collector();
  expect(await heir.adopt(store)).toBe(1);
  expect(stored).toEqual(["1", "2"]);
  expect(readdirSync(place)).toEqual(["notes.txt"]);
  heir.close();
});
