import type postgres from "postgres";
import type { Item } from "./apply-item.ts";
import type { Current } from "./difference.ts";
import type { Link } from "./target.ts";

/** A member's link to a contact of a connection, as stored. */
export type StoredLink = Link & { connectionId: string; contactId: string; memberId: string };

/** What is known of the members of a group, and stays so until the transaction ends. */
export type Held = {
  /** The runs that still have their contact. */
  leases: Set<string>;
  members: Map<string, Current>;
  links: StoredLink[];
  /** Who has an address that a contact of the group brings, by the address in lower case. */
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
  const emails = JSON.stringify(items.map(({ view }) => view.email.toLowerCase()));
  const logins = JSON.stringify(
    items.flatMap(({ place, view }) => (place ? [] : loginsFor((view.login ?? view.email).toLowerCase()))),
  );
  const [, leases, members, links, owners, taken] = await Promise.all([
    tx`select set_config('synchronous_commit', 'on', true),
      set_config('lock_timeout', ${String(items.length > 1 ? groupLockMs : 0)}, true)`,
    tx<{ id: string }[]>`
      select id from syncs where id in (select value::uuid from json_array_elements_text(${runs}::text::json))
        and finished_at is null order by id for share`,
    tx<(Current & { id: string })[]>`
      select id, email, login, role, first_name as "firstName", last_name as "lastName", tags, fields from members
      where id in (select value::uuid from json_array_elements_text(${ids}::text::json)) order by id for update`,
    tx<StoredLink[]>`
      select connection_id as "connectionId", contact_id as "contactId", member_id as "memberId", tags, fields
      from member_contacts where member_id in (select value::uuid from json_array_elements_text(${ids}::text::json))
      order by loaded_at`,
    tx<{ email: string; id: string }[]>`
      select lower(email) as email, id from members
      where lower(email) in (select value from json_array_elements_text(${emails}::text::json))`,
    tx<{ login: string }[]>`
      select lower(login) as login from members
      where lower(login) in (select value from json_array_elements_text(${logins}::text::json))`,
  ]);
  return {
    leases: new Set(leases.map((row) => row.id)),
    members: new Map(members.map(({ id, ...member }) => [id, member])),
    links,
    owners: new Map(owners.map((row) => [row.email, row.id])),
    logins: new Set(taken.map((row) => row.login)),
  };
}
