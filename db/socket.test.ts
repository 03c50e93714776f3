import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { closeDb, openDb } from "./client.ts";
import { socketsWith } from "./socket.ts";
import { testDatabase } from "./testing.ts";
import { openLink, whenBack } from "./testing-link.ts";

const { url } = await testDatabase();

test("a statement on a dead link fails, and the next one runs on a new connection", async () => {
  const link = await openLink(url);
  const db = openDb(link.url, { max: 1, silenceMs: 1_500 });
  await db.$client`select 1`;
  link.goDead();
  await expect(db.$client`select 2`).rejects.toThrow("The connection to PostgreSQL was lost.");
  expect(await whenBack(db)).toEqual([{ one: 1 }]);
  await closeDb(db);
  link.close();
});

test("a statement that comes in the moment of the failure is not lost", async () => {
  const link = await openLink(url);
  const db = openDb(link.url, { max: 1, silenceMs: 1_500 });
  await db.$client`select 1`;
  const failing = db.$client`select pg_sleep(60)`.catch(() => db.$client`select 2 as two`);
  link.cut();
  await Promise.allSettled([failing]);
  expect(await whenBack(db)).toEqual([{ one: 1 }]);
  await closeDb(db);
  link.close();
});

test("transactions whose connections are ended fail, and the pool goes on", async () => {
  const db = openDb(url, { max: 4, name: "ended" });
  const admin = openDb(url, { max: 1 });
  for (let round = 0; round < 5; round++) {
    let open = 8;
    const ends = Array.from({ length: open }, () =>
      db.$client
        .begin(async (tx) => {
          await tx`select 1`;
          await tx`select pg_sleep(10)`;
        })
        .then(
          () => "done",
          () => "failed",
        )
        .finally(() => {
          open -= 1;
        }),
    );
    for (; open > 0; await sleep(20))
      await admin.$client`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'ended' and query like '%pg_sleep(10)%'`;
    expect(new Set(await Promise.all(ends))).toEqual(new Set(["failed"]));
    expect(await whenBack(db)).toEqual([{ one: 1 }]);
  }
  await closeDb(admin);
  await closeDb(db);
});

test("a statement that takes its time within the limit is left alone", async () => {
  const db = openDb(url, { max: 1, silenceMs: 4_000 });
  for (let round = 0; round < 3; round++) await db.$client`select pg_sleep(2.2)`;
  await closeDb(db);
});

test("whoever still writes at the end hears an error for each write, and of the close only after the last", async () => {
  const server = createServer((near) => near.resetAndDestroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = await socketsWith(20_000)({ host: ["127.0.0.1"], port: [port] });
  const heard: string[] = [];
  let writes = 0;
  // Long enough to write before, in and after the moment in which the close was due.
  const writeOn = (until: number) => {
    if (performance.now() > until || heard.includes("close")) return;
    writes += 1;
    socket.write("ROLLBACK");
    setImmediate(writeOn, until);
  };
  socket.on("error", () => heard.push("error"));
  // In postgres.js' way: the first error is what starts the writing.
  socket.once("error", () => queueMicrotask(() => setTimeout(() => writeOn(performance.now() + 100))));
  await new Promise<void>((resolve) => {
    socket.once("close", () => {
      heard.push("close");
      setTimeout(resolve, 50);
    });
  });
  expect(writes).toBeGreaterThan(0);
  expect(heard.filter((each) => each === "error").length).toBeGreaterThanOrEqual(writes);
  expect(heard.at(-1)).toBe("close");
  server.close();
});
