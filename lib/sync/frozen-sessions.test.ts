import pg from "pg";
import { expect, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { endFrozenSessions } from "./frozen-sessions.ts";

test("a process that is frozen between a statement and its values does not keep what it had locked", async () => {
  const { db, url, close } = await testDatabase();
  await db.$client`insert into inbox (delivery_ids) values ('{}')`;
  const client = new pg.Client({ connectionString: url, application_name: "rollcall frozen" });
  client.on("error", () => undefined);
  await client.connect();
  const gone = new Promise((resolve) => client.once("end", resolve));
  await client.query("begin");
  await client.query("select from inbox for update");
  // A statement is read, and its values never come.
  const half = {
    handleError: () => undefined,
    submit(connection: pg.Connection) {
      connection.parse({ name: "", text: "select $1::int", types: [] }, true);
      connection.flush();
    },
  };
  client.query(half);

  const free = () => db.$client`select from inbox for update skip locked`;
  expect(await free()).toHaveLength(0);
  await expect.poll(() => endFrozenSessions(db, 0)).toBe(1);
  await gone;
  await expect.poll(free).toHaveLength(1);
  await close();
});
