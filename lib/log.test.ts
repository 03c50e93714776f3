import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { testDatabase } from "#db/testing.ts";

const root = path.resolve(import.meta.dirname, "..");

/** What a process of its own writes to its log for the errors that these statements end with. */
async function logged(url: string): Promise<string> {
  const script = `
    import { sql } from "drizzle-orm";
    import { closeDb, openDb } from "#db/client.ts";
    import { members } from "#db/schema/members.ts";
    import { log } from "#lib/log.ts";
    const db = openDb(${JSON.stringify(url)});
    const row = { id: crypto.randomUUID(), email: "zoe@secret.example", login: "zoe\\n    at secret.example", role: "r",
      firstName: "", lastName: "", tags: [], fields: {} };
    const fails = [
      () => db.insert(members).values([row, { ...row, id: crypto.randomUUID() }]),
      () => db.execute(sql\`select \${"zoe@secret.example"}::uuid\`),
      () => db.transaction((tx) => tx.execute(sql\`select no_such_column, \${"zoe@secret.example"}::text\`)),
    ];
    for (const fail of fails)
      await fail().then(() => log.error("no error"), (error) => {
        log.error({ err: error }, "test.failed");
        log.error({ err: new Error("around", { cause: error }) }, "test.failed");
        log.error({ err: Object.assign(new Error("beside"), { cause: error }) }, "test.failed");
        log.error(error, "test.failed");
      });
    await closeDb(db);
  `;
  const args = ["--input-type=module-typescript", "-e", script];
  const env = { ...process.env, LOG_LEVEL: "info" };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  return stdout;
}

test("a failed query is logged with its text, its cause and its stack, and without a value", async () => {
  const copy = await testDatabase();
  const text = await logged(copy.url);
  await copy.close();
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(12);
  for (const { err } of lines) {
    expect(err.stack).toContain("Failed query: ");
    expect(err.stack).toMatch(/duplicate key|invalid input syntax|no_such_column/);
    expect(err.stack).toMatch(/\n\s+at /);
  }
  expect(lines.filter((line) => JSON.stringify(line).includes("secret.example"))).toEqual([]);
});
