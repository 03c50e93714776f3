import { execFileSync } from "node:child_process";
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
  expect(await heir.adopt(store)).toMatchObject({ stored: 2 });
  expect(stored).toEqual(["1", "2"]);
  expect(readdirSync(place)).toEqual(["notes.txt"]);
  heir.close();
});

/** Appends until the file may grow no further, then something small, and tells what was promised and what is there. */
const onFullDisk = `
  import { openSpool } from ${JSON.stringify(path.join(import.meta.dirname, "spool.ts"))};
  const spool = openSpool(process.argv[1]);
  const promised = [], stored = [];
  const put = (id, body) =>
    spool.append(id, [{ id, body }]).then(() => promised.push(id), () => undefined);
  for (const id of ["1", "2", "3", "4"]) await put(id, "x".repeat(3000));
  for (const id of ["5", "6"]) await put(id, "small");
  await spool.drain(async (_commitId, deliveries) => { stored.push(...deliveries.map((one) => one.id)); }, () => undefined);
  console.log(JSON.stringify({ promised, stored }));`;

test("a group that the disk took only in part spoils none that comes after it", () => {
  const limited = `trap '' XFSZ; ulimit -f 8; exec "$0" --input-type=module -e "$1" "$2"`;
  const said = execFileSync("bash", ["-c", limited, process.execPath, onFullDisk, folder()], {
    encoding: "utf8",
  });
  const { promised, stored } = JSON.parse(said);
  expect(promised).toEqual(["1", "2", "5", "6"]);
  expect(stored).toEqual(promised);
});
