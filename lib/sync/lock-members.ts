import type postgres from "postgres";
import type { Item } from "./apply-item.ts";
import type { Current } from "./difference.ts";
import type { Link } from "./target.ts";

/** A member's link to a contact of a connection, as stored. */
export type StoredLink = Link & { connectionId: string; contactId: string; memberId: string };

/** A member as it is now, and the connections that it is owed a password or a mail from. */
export type Stored = Current & { owedPassword: string | null; owedMail: string | null };

/** What is known of the members of a group, and stays so until the transaction ends. */
export type Held = {
  /** The runs that still have their contact. */
  leases: Set<string>;
  members: Map<string, Stored>;
  links: StoredLink[];
  /** Who has an address that is new to its member, by the address in lower case. */
  owners: Map<string, string>;
  /** Logins in lower case that new members cannot have. */
  logins: Set<string>;
};

/** Logins that a new member may get, in order of preference. */
export const loginsFor = (wanted: string): string[] =>
  Array.from({ length: 20 }, (_, at) => (at === 0 ? wanted : `${wanted}-${at + 1}`));

/** A group gives way to a lock that takes longer: its contacts are then applied one by one, and only one of them waits. */
const groupLockMs = 1_000;

/** Locks the leases and members of a group until the end of the transaction, in one order for all, and reads them. */
export async function lockMembers(tx: postgres.TransactionSql, items: readonly Item[]): Promise<Held> {
  const runs = JSON.stringify(items.map((item) => item.syncId));
  const ids = JSON.stringify(items.flatMap(({ place }) => place?.memberId ?? []));
  const [, leases, rows, links] = await Promise.all([
    tx`select set_config('synchronous_commit', 'on', true),
      set_config('lock_timeout', ${String(items.length > 1 ? groupLockMs : 0)}, true)`,
    tx<{ id: string }[]>`
      select id from syncs where id in (select value::uuid from json_array_elements_text(${runs}::text::json))
        and finished_at is null order by id for share`,
    tx<(Stored & { id: string })[]>`
      select id, email, login, role, first_name as "firstName", last_name as "lastName", tags, fields,
        (select connection_id from pending_passwords p where p.member_id = m.id) as "owedPassword",
        (select connection_id from pending_mails p where p.member_id = m.id) as "owedMail"
      from members m
      where id in (select value::uuid from json_array_elements_text(${ids}::text::json)) order by id for update`,
    tx<StoredLink[]>`
      select connection_id as "connectionId", contact_id as "contactId", member_id as "memberId", tags, fields
      from member_contacts where member_id in (select value::uuid from json_array_elements_text(${ids}::text::json))
      order by loaded_at`,
  ]);
  const members = new Map(rows.map(({ id, ...member }) => [id, member]));
  return {
    leases: new Set(leases.map((row) => row.id)),
    members,
    links,
    ...(await readTaken(tx, items, members)),
  };
}

/** What somebody else may have already: the addresses and logins that are new to the members of a group. */
async function readTaken(
  tx: postgres.TransactionSql,
  items: readonly Item[],
  members: ReadonlyMap<string, Current>,
): Promise<Pick<Held, "owners" | "logins">> {
  const emails = items.flatMap(({ place, view }) => {
    const email = view.email.toLowerCase();
    return members.get(place?.memberId ?? "")?.email.toLowerCase() === email ? [] : [email];
  });
  if (emails.length === 0) return { owners: new Map(), logins: new Set() };
  const logins = items.flatMap(({ place, view }) =>
    place ? [] : loginsFor((view.login ?? view.email).toLowerCase()),
  );
  const [owners, taken] = await Promise.all([
    tx<{ email: string; id: string }[]>`
      select lower(email) as email, id from members
      where lower(email) in (select value from json_array_elements_text(${JSON.stringify(emails)}::text::json))`,
    tx<{ login: string }[]>`
      select lower(login) as login from members
      where lower(login) in (select value from json_array_elements_text(${JSON.stringify(logins)}::text::json))`,
  ]);
  return {
    owners: new Map(owners.map((row) => [row.email, row.id])),
    logins: new Set(taken.map((row) => row.login)),
  };
}
