import { verify } from "@node-rs/argon2";
import type { SandboxContact } from "#lib/sandbox/state.ts";
import type { Lab } from "./lab.ts";
import { acknowledged } from "./settle.ts";

/** What others can see of the work: members, the CRM, the mail. */
export type Effects = { wrongMembers: number; doubled: number; misses: string[] };

type Member = {
  id: string;
  contactId: string;
  email: string;
  firstName: string;
  lastName: string;
  tags: string[];
  fields: Record<string, string>;
  /** Made by a run, not put there beforehand. */
  made: boolean;
  /** Every e-mail address it ever had, in lower case. */
  addresses: string[];
  passwordHash: string | null;
};

/** A write that is cut off between the CRM and us is made once more, with the same content. */
const mostWrites = 2;

/** Compares members with contacts, and counts what was done to the CRM and to mailboxes. */
export async function effects(lab: Lab): Promise<Effects> {
  const members = await readMembers(lab);
  const misses: string[] = [];
  const wrongMembers = await compareMembers(lab, members, misses);
  const doubled =
    countWrites(lab, misses) +
    countMails(lab, members, misses) +
    (await countTwice(lab, misses)) +
    (await wrongPasswords(lab, members, misses));
  return { wrongMembers, doubled, misses };
}

async function readMembers(lab: Lab): Promise<Map<string, Member>> {
  const rows = await lab.database.sql()<Member[]>`
    select m.id, l.contact_id as "contactId", m.email, m.first_name as "firstName", m.last_name as "lastName", m.tags,
      m.fields, m.password_hash as "passwordHash",
      exists (select from member_changes c where c.member_id = m.id and c.changes ->> 'created' = 'true') as made,
      array(select distinct lower(a) from member_changes c, jsonb_array_elements_text(c.changes -> 'email') as a
        where c.member_id = m.id and a is not null) as addresses
    from members m join member_contacts l on l.member_id = m.id where l.connection_id = ${lab.connectionId}`;
  return new Map(rows.map((row) => [row.contactId, row]));
}

/** A contact in a member's terms, to compare as text. */
function asMember(lab: Lab, contact: SandboxContact): Record<string, unknown> {
  const { tags, fields } = lab.sandbox.state;
  const values = [...contact.fieldValues].map(([id, { value }]) => {
    return [fields.get(id)?.perstag.toLowerCase() ?? "", value] as const;
  });
  return {
    email: contact.email,
    firstName: contact.firstName,
    lastName: contact.lastName,
    tags: [...contact.tags.keys()].map((id) => tags.get(id) ?? "").sort(),
    fields: Object.fromEntries(values.filter(([tag]) => tag !== "member_password").sort()),
  };
}

async function compareMembers(lab: Lab, members: Map<string, Member>, misses: string[]): Promise<number> {
  const accepted = new Set(acknowledged(lab.sent));
  const touched = new Set(
    lab.sent
      .filter(({ deliveryId }) => deliveryId !== null && accepted.has(deliveryId))
      .map((sent) => sent.contactId),
  );
  let wrong = 0;
  for (const id of touched) {
    const contact = lab.sandbox.state.contacts.get(id);
    if (!contact || contact.deleted) continue;
    const member = members.get(String(id));
    const expected = JSON.stringify(asMember(lab, contact));
    const fields = member && Object.fromEntries(Object.entries(member.fields).sort());
    const found = member && {
      email: member.email,
      firstName: member.firstName,
      lastName: member.lastName,
      tags: [...member.tags].sort(),
      fields,
    };
    if (found && JSON.stringify(found) === expected) continue;
    wrong += 1;
    if (wrong === 1) misses.push(`contact ${id} is ${expected}, its member ${JSON.stringify(found ?? null)}`);
  }
  if (wrong > 1) misses.push(`${wrong} members are not what their contacts are`);
  return wrong;
}

/** Calls that set a field of a contact, by contact and field: the same value, at most twice. */
function countWrites(lab: Lab, misses: string[]): number {
  const writes = lab.sandbox.state.writes.filter(({ path }) => path === "fieldValues");
  const values = writes.map(({ body }) => body.fieldValue as Record<string, unknown>);
  let extra = 0;
  for (const [target, made] of Map.groupBy(
    values,
    ({ contact, field }) => `contact ${contact} field ${field}`,
  )) {
    const different = new Set(made.map(({ value }) => value)).size;
    if (different <= 1 && made.length <= mostWrites) continue;
    extra += 1;
    misses.push(`${target} was written ${made.length} times, with ${different} values`);
  }
  return extra;
}

/** Everyone who was made by a run has one welcome mail, at whichever address was theirs then. */
function countMails(lab: Lab, members: Map<string, Member>, misses: string[]): number {
  const perAddress = Map.groupBy(lab.mailbox.mails, ({ to }) => to);
  let without = 0;
  let extra = 0;
  for (const { made, email, addresses } of members.values()) {
    const mails = addresses.flatMap((address) => perAddress.get(address) ?? []);
    if (made && mails.length === 0) without += 1;
    if (mails.length <= 1) continue;
    extra += mails.length - 1;
    const ids = new Set(mails.map(({ messageId }) => messageId)).size;
    misses.push(`${email} has ${mails.length} welcome mails, with ${ids} message ids`);
  }
  if (without > 0) misses.push(`${without} new members have no welcome mail`);
  return extra;
}

/** Members made twice, and changes that took a member back to an older state of its contact. */
async function countTwice(lab: Lab, misses: string[]): Promise<number> {
  const [row] = await lab.database.sql()<{ made: number; back: number }[]>`
    with history as (
      select member_id, id, changes ->> 'created' = 'true' as made,
        (substring(changes -> 'fields' -> 'city' ->> 1 from 'marker-([0-9]+)'))::int as marker
      from member_changes
    ), steps as (
      select *, max(marker) over (partition by member_id order by id rows between unbounded preceding and 1 preceding)
        as before from history
    )
    select (select count(*)::int from (select from history where made group by member_id having count(*) > 1) t) as made,
      (select count(*)::int from steps where marker < before) as back`;
  if (row?.made) misses.push(`${row.made} members were made twice`);
  if (row?.back) misses.push(`${row.back} times a member went back to an older state`);
  return (row?.made ?? 0) + (row?.back ?? 0);
}

/** What the CRM holds as the password of a contact opens the account of its member. */
async function wrongPasswords(lab: Lab, members: Map<string, Member>, misses: string[]): Promise<number> {
  const field =
    [...lab.sandbox.state.fields.values()].find(({ perstag }) => perstag === "MEMBER_PASSWORD")?.id ?? 0;
  let wrong = 0;
  for (const member of [...members.values()].slice(0, 50)) {
    const contact = lab.sandbox.state.contacts.get(Number(member.contactId));
    const held = contact?.fieldValues.get(field)?.value;
    if (!contact || member.passwordHash === null || (held && (await verify(member.passwordHash, held))))
      continue;
    wrong += 1;
    if (wrong === 1)
      misses.push(`contact ${member.contactId} holds ${held ? "another" : "no"} password of its member`);
  }
  return wrong;
}
