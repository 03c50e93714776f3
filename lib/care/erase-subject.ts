import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";

/** Everything one person is known by. Addresses are in lower case. */
export type Subject = {
  emails: string[];
  /** None that another member has too. */
  names: string[];
  contacts: { connectionId: string; contactId: string }[];
  memberIds: string[];
};

/** How a person is named: by one of the three. */
export type Named = {
  email?: string;
  memberId?: string;
  contact?: { connectionId: string; contactId: string };
};

/** A list for `in`, which may not be empty. */
export const listed = (values: readonly string[]): (string | null)[] =>
  values.length > 0 ? [...values] : [null];

const contactKeys = (contacts: Subject["contacts"]): string[] =>
  contacts.map(({ connectionId, contactId }) => `${connectionId} ${contactId}`);

/** Whether a row of a table with e-mail, contact and member is the person's own. Each part has its index in `outcomes`. */
export const isOwnOutcome = ({ emails, contacts, memberIds }: Subject): SQL => sql`(
  lower(o.email) in ${listed(emails)}
  or (o.contact_id in ${listed(contacts.map((one) => one.contactId))}
    and o.connection_id::text || ' ' || o.contact_id in ${listed(contactKeys(contacts))})
  or o.member_id in ${listed(memberIds)})`;

/** Whether a delivery names the person in its own columns. */
export const isOwnDelivery = ({ emails, contacts }: Subject): SQL => sql`(
  coalesce(lower(d.email) in ${listed(emails)}, false)
  or coalesce(d.connection_id::text || ' ' || d.contact_id in ${listed(contactKeys(contacts))}, false))`;

/** Whether a run was for the person: by contact, address or member. */
export const isOwnRun = ({ emails, contacts, memberIds }: Subject): SQL => sql`(
  s.connection_id::text || ' ' || s.contact_ref in ${listed(contactKeys(contacts))}
  or s.contact_ref in ${listed(emails.map((email) => `email:${email}`))}
  or coalesce(s.member_id in ${listed(memberIds)}, false))`;

/** What the person is found by in running text: the addresses, and names of two words or more. */
export const textsOf = ({ emails, names }: Subject): string[] => [
  ...emails,
  ...names.filter((name) => name.length > 4 && name.includes(" ")),
];

/**
 * Follows a person from the one name that is given to all the others: from an address to contacts and member, from
 * those to the addresses and names they had. It goes no further, so that one person stays one person.
 */
export async function findSubject(db: Db, named: Named): Promise<Subject> {
  const given = named.email?.trim().toLowerCase();
  const start: Subject = {
    emails: given ? [given] : [],
    names: [],
    contacts: named.contact ? [named.contact] : [],
    memberIds: named.memberId ? [named.memberId] : [],
  };
  const withMembers = { ...start, memberIds: await findMembers(db, start) };
  const contacts = await findContacts(db, withMembers);
  const known = { ...start, contacts, memberIds: await findMembers(db, { ...withMembers, contacts }) };
  const { emails, names } = await findNames(db, known);
  return { ...known, emails, names: await onlyTheirs(db, names, known.memberIds) };
}

/** A name that another member has too says nothing about whose text it stands in: it is left where it is. */
async function onlyTheirs(db: Db, names: readonly string[], memberIds: readonly string[]): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(sql`
    select lower(first_name || ' ' || last_name) as name from members
    where lower(first_name || ' ' || last_name) in ${listed(names.map((name) => name.toLowerCase()))}
      and id not in ${listed(memberIds)}`);
  const shared = new Set(rows.map((row) => row.name));
  return names.filter((name) => !shared.has(name.toLowerCase()));
}

async function findMembers(db: Db, { emails, contacts, memberIds }: Subject): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select id from members where id in ${listed(memberIds)} or lower(email) in ${listed(emails)}
    union select member_id from member_contacts
    where contact_id in ${listed(contacts.map((one) => one.contactId))}
      and connection_id::text || ' ' || contact_id in ${listed(contactKeys(contacts))}`);
  return rows.map((row) => row.id);
}

async function findContacts(db: Db, subject: Subject): Promise<Subject["contacts"]> {
  const rows = await db.execute<Subject["contacts"][number]>(sql`
    select connection_id as "connectionId", contact_id as "contactId" from member_contacts
    where member_id in ${listed(subject.memberIds)}
    union select connection_id, contact_id from outcomes
    where connection_id is not null and contact_id is not null
      and (lower(email) in ${listed(subject.emails)} or member_id in ${listed(subject.memberIds)})`);
  const all = [...subject.contacts, ...rows];
  return [...new Map(all.map((one) => [`${one.connectionId} ${one.contactId}`, one])).values()];
}

async function findNames(db: Db, subject: Subject): Promise<Pick<Subject, "emails" | "names">> {
  const rows = await db.execute<{ email: string | null; name: string | null }>(sql`
    select lower(email) as email, trim(first_name || ' ' || last_name) as name from members
    where id in ${listed(subject.memberIds)}
    union select lower(o.email), trim(o.name) from outcomes o where ${isOwnOutcome(subject)}
    union select lower(pair.value #>> '{}'), null from member_changes c,
      jsonb_array_elements(c.changes -> 'email') as pair
    where c.member_id in ${listed(subject.memberIds)} and jsonb_typeof(c.changes -> 'email') = 'array'`);
  const distinct = (values: (string | null)[]) =>
    [...new Set(values.filter((one) => one !== null && one !== ""))] as string[];
  return {
    emails: distinct([...subject.emails, ...rows.map((row) => row.email)]),
    names: distinct(rows.map((row) => row.name)),
  };
}
