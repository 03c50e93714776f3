import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { makeConnection } from "#db/factories.ts";
import { connections } from "#db/schema/connections.ts";
import { memberContacts, members } from "#db/schema/members.ts";
import { uuidv7 } from "../ids.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { seal } from "../secrets.ts";
import { connectionById } from "../sync/open-connection.ts";
import { readContact } from "../sync/read-contact.ts";
import { runSync } from "../sync/run.ts";
import { stepSweep } from "./sweep.ts";
import { openSweep } from "./sweep-begin.ts";

/** Empties everything that a sweep reads and writes. */
export async function emptyDirectory(db: Db): Promise<void> {
  await db.$client`truncate outcomes, syncs, members, connections, budgets, sweeps, sweep_marks, audits, drifts,
    drift_fixes, door_beats, breakers cascade`;
  await db.$client`delete from graphile_worker._private_jobs`;
}

let number = 0;

/** A connection of the sandbox, a day old. */
export async function sandboxConnection(
  db: Db,
  sandbox: Sandbox,
  given: Partial<typeof connections.$inferInsert> = {},
): Promise<string> {
  number += 1;
  const credentials = seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken }));
  const createdAt = new Date(Date.now() - 86_400_000);
  const row = await makeConnection(db, { number, baseUrl: sandbox.url, credentials, createdAt, ...given });
  return row.id;
}

/** Makes members of these contacts as a sync would have left them: nothing differs. */
export async function makeMembers(
  db: Db,
  connectionId: string,
  contactIds: readonly number[],
): Promise<void> {
  const open = await connectionById(db, connectionId);
  for (let start = 0; start < contactIds.length; start += 100) {
    const ids = contactIds.slice(start, start + 100).map(String);
    const loaded = await open.client.load(ids);
    const views = [...loaded.values()].flatMap((one) =>
      one.status === "found" ? [readContact(one.contact, open.row)] : [],
    );
    const rows = views.map((view) => ({ ...view, id: uuidv7(), login: view.email, role: "subscriber" }));
    await db.insert(members).values(
      rows.map(({ id, email, login, role, firstName, lastName, tags, fields }) => {
        return { id, email, login, role, firstName, lastName, tags, fields };
      }),
    );
    await db.insert(memberContacts).values(
      rows.map(({ id, contactId, tags, fields }) => {
        return { connectionId, contactId, memberId: id, tags, fields, loadedAt: new Date() };
      }),
    );
  }
}

/** Steps the sweep that a connection is owed until it has ended; the pauses between steps are left out. */
export async function sweepThrough(db: Db, connectionId: string): Promise<void> {
  do await stepSweep(db, connectionId);
  while (await openSweep(db, connectionId));
}

/** Runs the syncs that drift waits for, as the worker does. */
export async function runQueued(db: Db, connectionId: string): Promise<void> {
  const refs = await db.$client<{ connectionId: string; contactRef: string }[]>`
    select distinct connection_id as "connectionId", contact_ref as "contactRef" from drifts where state = 'queued'
      and connection_id = ${connectionId}`;
  await Promise.all(refs.map((ref) => runSync(db, ref, "worker-a")));
}

/** Sets what a person would set on the connection page. */
export const setConnection = (db: Db, id: string, set: Partial<typeof connections.$inferInsert>) =>
  db
    .update(connections)
    .set({ ...set, updatedAt: new Date() })
    .where(eq(connections.id, id));
