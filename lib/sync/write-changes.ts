import type postgres from "postgres";
import type { Change } from "./plan-change.ts";

type Tx = postgres.TransactionSql;

/**
 * Writes the changes of a group, each of another member, in the caller's transaction: members, their links, the history,
 * and what new members are owed.
 */
export async function writeChanges(tx: Tx, planned: readonly Change[]): Promise<void> {
  if (planned.length === 0) return;
  const rows = JSON.stringify(planned.map(rowOf));
  const some = (which: (change: Change) => unknown) => planned.some(which);
  // Sent all at once, in this order, which PostgreSQL keeps.
  await Promise.all([
    some((change) => change.made) && insertMembers(tx, rows),
    some((change) => !change.made) && updateMembers(tx, rows),
    some((change) => change.takesLink) && takeLinks(tx, rows),
    writeLinks(tx, rows),
    some((change) => change.changed) && noteChanges(tx, rows),
    some((change) => change.returns) && owePasswords(tx, rows),
    some((change) => change.mails) && oweMails(tx, rows),
  ]);
}

function rowOf({ memberId, syncId, connectionId, contactId, made, after, link, ...rest }: Change) {
  return {
    ...after,
    id: memberId,
    sync: syncId,
    connection: connectionId,
    contact: contactId,
    made: made !== null,
    passwordHash: made?.passwordHash ?? null,
    linkTags: link.tags,
    linkFields: link.fields,
    changes: rest.changes,
    changed: rest.changed,
    returns: rest.returns?.toString("hex") ?? null,
    mails: rest.mails,
  };
}

const insertMembers = (tx: Tx, rows: string) => tx`
  insert into members (id, email, login, role, first_name, last_name, password_hash, tags, fields, synced_at)
  select id, email, login, role, "firstName", "lastName", "passwordHash", tags, fields, clock_timestamp()
  from json_to_recordset(${rows}::text::json) as r(id uuid, made boolean, email text, login text, role text,
    "firstName" text, "lastName" text, "passwordHash" text, tags text[], fields jsonb)
  where made order by id`;

const updateMembers = (tx: Tx, rows: string) => tx`
  update members m set email = r.email, role = r.role, first_name = r."firstName", last_name = r."lastName",
    tags = r.tags, fields = r.fields, synced_at = clock_timestamp()
  from json_to_recordset(${rows}::text::json) as r(id uuid, made boolean, email text, role text, "firstName" text,
    "lastName" text, tags text[], fields jsonb)
  where m.id = r.id and not r.made`;

/** One contact of a connection per member: a contact that took over the e-mail address takes over the link. */
const takeLinks = (tx: Tx, rows: string) => tx`
  delete from member_contacts c
  using json_to_recordset(${rows}::text::json) as r(id uuid, connection uuid, contact text)
  where c.member_id = r.id and c.connection_id = r.connection and c.contact_id <> r.contact`;

const writeLinks = (tx: Tx, rows: string) => tx`
  insert into member_contacts (connection_id, contact_id, member_id, tags, fields, loaded_at)
  select connection, contact, id, "linkTags", "linkFields", clock_timestamp()
  from json_to_recordset(${rows}::text::json) as r(id uuid, connection uuid, contact text, "linkTags" text[],
    "linkFields" jsonb)
  order by connection, contact
  on conflict (connection_id, contact_id) do update set member_id = excluded.member_id, tags = excluded.tags,
    fields = excluded.fields, loaded_at = excluded.loaded_at`;

const noteChanges = (tx: Tx, rows: string) => tx`
  insert into member_changes (id, member_id, sync_id, changes)
  select uuid_v7(), id, sync, changes
  from json_to_recordset(${rows}::text::json) as r(id uuid, sync uuid, changes jsonb, changed boolean)
  where changed`;

const owePasswords = (tx: Tx, rows: string) => tx`
  insert into pending_passwords (member_id, connection_id, contact_id, sealed)
  select id, connection, contact, decode(returns, 'hex')
  from json_to_recordset(${rows}::text::json) as r(id uuid, connection uuid, contact text, returns text)
  where returns is not null`;

const oweMails = (tx: Tx, rows: string) => tx`
  insert into pending_mails (member_id, connection_id, contact_id)
  select id, connection, contact
  from json_to_recordset(${rows}::text::json) as r(id uuid, connection uuid, contact text, mails boolean)
  where mails`;
