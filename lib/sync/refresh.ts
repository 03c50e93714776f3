import type { Db } from "#db/client.ts";
import { uuidv7 } from "../ids.ts";

/** A contact that a person or a site wants read now; null is the one with the e-mail address. */
export type Wanted = { connectionId: string; contactId: string | null };

const defaultTimeoutMs = 4_000;
const settled = ["synced", "partly_synced", "failed", "dead", "skipped", "duplicate"];

/**
 * Reads a member's contacts from their CRMs now, as a delivery with trigger `person` that goes first and shows in the
 * log like any other. Says `crm` when a run finished in time, `directory` when the caller should use what is there; the
 * run goes on either way. An e-mail without a member is looked up in every connection, which makes nobody a member.
 */
export async function refreshMember(
  db: Db,
  asked: { email: string; timeoutMs?: number; actor: string },
): Promise<{ source: "crm" | "directory"; deliveryIds: string[] }> {
  const until = Date.now() + (asked.timeoutMs ?? defaultTimeoutMs);
  const links = await db.$client<Wanted[]>`
    select l.connection_id as "connectionId", l.contact_id as "contactId" from members m
    join member_contacts l on l.member_id = m.id where lower(m.email) = ${asked.email.toLowerCase()}`;
  const wanted =
    links.length > 0
      ? links
      : await db.$client<Wanted[]>`select id as "connectionId", null as "contactId" from connections`;
  if (wanted.length === 0) return { source: "directory", deliveryIds: [] };
  const deliveryIds = await wishRead(db, wanted, { ...asked, path: "/api/v1/members/refresh" });
  const fresh = await outcomesBy(db, deliveryIds, until);
  return { source: fresh ? "crm" : "directory", deliveryIds };
}

/**
 * Records that contacts are to be read now, as deliveries with trigger `person` that go first; returns their ids in the
 * order of `wanted`. `path` is the call that asked for it.
 */
export async function wishRead(
  db: Db,
  wanted: Wanted[],
  { email, actor, path }: { email: string; actor: string; path: string },
): Promise<string[]> {
  const ids = wanted.map(() => uuidv7());
  const body = Buffer.from(JSON.stringify({ email, by: actor }));
  const rows = JSON.stringify(wanted.map((one, at) => ({ ...one, id: ids[at] })));
  await db.$client`
    with stored as (
      insert into deliveries (id, commit_id, received_at, read_ms, key_ms, connection_id, dialect, action, trigger,
        contact_id, email, verdict, params, remote_address, method, path, query, headers, body)
      select id, ${uuidv7()}::uuid, clock_timestamp(), 0, 0, "connectionId", 'rollcall', 'update', 'person', "contactId",
        ${email}, 'accepted', '{}', ${actor}, 'POST', ${path}, '', '[]', ${body}
      from json_to_recordset(${rows}::text::json) as w(id uuid, "connectionId" uuid, "contactId" text)
      returning id
    ), waiting as (
      insert into inbox (delivery_ids) select array_agg(id) from stored
    )
    select pg_notify('rollcall_inbox', '')`;
  return ids;
}

const hasRead = ["synced", "partly_synced", "skipped", "running"];

/**
 * Polls until every delivery has a first result; true when at least one read the CRM. One that is right here and still
 * on its way to the sites has its result: nobody who signs in waits for a site.
 */
async function outcomesBy(db: Db, ids: string[], until: number): Promise<boolean> {
  for (;;) {
    const rows = await db.$client<{ status: string }[]>`
      select status from outcomes where delivery_id in ${db.$client(ids)}
        and (status in ${db.$client(settled)} or (status = 'running' and hop = 'sites'))`;
    const fresh = rows.some((row) => hasRead.includes(row.status));
    if (rows.length === ids.length || Date.now() >= until) return fresh;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
