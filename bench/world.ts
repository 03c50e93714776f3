import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { startEmbedded } from "#db/embedded.ts";
import { uuidv7 } from "#lib/ids.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/sandbox.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

/** A database that several processes of Rollcall share, a sandbox CRM, and a look behind the API. */
export type World = {
  url: string;
  sql: postgres.Sql;
  sandbox: Sandbox;
  start(env?: Record<string, string>): Promise<Rollcall>;
  close(): Promise<void>;
};

/** Opens a world; `close` stops every process that was started in it and removes the data. */
export async function openWorld(account: Parameters<typeof startSandbox>[0]): Promise<World> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "rollcall-bench-world-"));
  // PostgreSQL may run as another user below it.
  chmodSync(dataDir, 0o755);
  const database = await startEmbedded({ dataDir });
  const sandbox = await startSandbox(account);
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const started: Rollcall[] = [];
  return {
    url: database.url,
    sql,
    sandbox,
    async start(env = {}) {
      const rollcall = await startRollcall({ DATABASE_URL: database.url, DATA_DIR: dataDir, ...env });
      started.push(rollcall);
      return rollcall;
    },
    async close() {
      await Promise.all(started.map((one) => one.stop()));
      await sandbox.close();
      await sql.end();
      await database.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Resolves when all that came is in the log. */
export async function collected({ sql }: World): Promise<void> {
  while ((await sql`select from inbox limit 1`).length > 0) await sleep(100);
}

/** Resolves when nothing waits or runs any more. */
export async function drained(world: World): Promise<void> {
  for (;;) {
    await collected(world);
    const left = await world.sql`select from outcomes where status in ('queued', 'running') limit 1`;
    if (left.length === 0) return;
    await sleep(200);
  }
}

/** Members for the sandbox's contacts, as an import leaves them: what is read of a contact then changes one. */
export async function addMembers({ sql, sandbox }: World, connectionId: string): Promise<void> {
  const people = [...sandbox.state.contacts.values()].map(({ id, email, firstName, lastName }) => ({
    member: uuidv7(),
    contact: String(id),
    email,
    first: firstName,
    last: lastName,
  }));
  const given = JSON.stringify(people);
  await sql`
    with given as (select * from json_to_recordset(${given}::text::json)
      as g(member uuid, contact text, email text, first text, last text)
    ), people as (
      insert into members (id, email, login, role, first_name, last_name, tags, fields)
      select member, email, email, 'subscriber', first, last, '{}', '{}' from given
    )
    insert into member_contacts (connection_id, contact_id, member_id, tags, fields, loaded_at)
    select ${connectionId}, contact, member, '{}', '{}', now() from given`;
  await sql`analyze members, member_contacts`;
}
