import type { Db } from "#db/client.ts";
import type { MemberChanges } from "#db/schema/syncs.ts";
import type { Contact } from "../crm/contract.ts";
import { GiveUp } from "../errors.ts";
import type { ReasonCode } from "../reasons.ts";
import { type Current, difference, isChange } from "../sync/difference.ts";
import type { ConnectionRow } from "../sync/open-connection.ts";
import { type ContactView, readContact } from "../sync/read-contact.ts";
import { targetOf } from "../sync/target.ts";

/** A contact and a member that say different things. `contactRef` is the sync that puts it right; null: none can. */
export type Drift = {
  contactId: string;
  contactRef: string | null;
  email: string;
  memberId: string | null;
  kind: "differs" | "unknown" | "gone" | "moved";
  changes: MemberChanges | null;
  changedAt: string | null;
  reason: ReasonCode | null;
  detail: string | null;
};

type LinkRow = {
  memberId: string;
  connectionId: string;
  contactId: string;
  tags: string[];
  fields: Record<string, string>;
};
type MemberRow = Current & { id: string };

/**
 * Which contacts a member says something else about than the CRM does now, as the next sync would settle it. Contacts
 * of nobody are left out, unless `mayCreate`. Nothing is written.
 */
export async function compare(
  db: Db,
  connection: ConnectionRow,
  contacts: readonly Contact[],
  mayCreate: (contactId: string) => boolean = () => false,
): Promise<Drift[]> {
  const known = await readKnown(db, connection.id, contacts);
  return contacts.flatMap((contact) => {
    const drift = compareOne(connection, contact, known, mayCreate(contact.id));
    return drift ? [drift] : [];
  });
}

type Known = { members: Map<string, MemberRow>; memberOf: Map<string, string>; links: LinkRow[] };

/** The members of these contacts, by link or by e-mail as a sync finds them, and all links that these members have. */
async function readKnown(db: Db, connectionId: string, contacts: readonly Contact[]): Promise<Known> {
  const asked = JSON.stringify(
    contacts.map(({ id, email }) => ({ id, email: email?.toLowerCase() ?? null })),
  );
  const found = await db.$client<(MemberRow & { contactId: string })[]>`
    select a.id as "contactId", m.id, m.email, m.login, m.role, m.first_name as "firstName",
      m.last_name as "lastName", m.tags, m.fields
    from json_to_recordset(${asked}::text::json) as a(id text, email text)
    left join member_contacts l on l.connection_id = ${connectionId} and l.contact_id = a.id
    join members m on m.id = l.member_id or (l.member_id is null and lower(m.email) = a.email)`;
  const ids = [...new Set(found.map(({ id }) => id))];
  const links = await db.$client<LinkRow[]>`
    select member_id as "memberId", connection_id as "connectionId", contact_id as "contactId", tags, fields
    from member_contacts where member_id = any(${db.$client.array(ids)}::uuid[])`;
  return {
    members: new Map(found.map(({ contactId: _, ...member }) => [member.id, member])),
    memberOf: new Map(found.map(({ contactId, id }) => [contactId, id])),
    links,
  };
}

function compareOne(
  connection: ConnectionRow,
  contact: Contact,
  known: Known,
  mayCreate: boolean,
): Drift | null {
  const member = known.members.get(known.memberOf.get(contact.id) ?? "");
  if (!member && !mayCreate) return null;
  const found = {
    contactId: contact.id,
    email: contact.email ?? member?.email ?? "",
    memberId: member?.id ?? null,
    changedAt: null,
    reason: null,
    detail: null,
  };
  try {
    const view = readContact(contact, connection);
    const changes = changesOf(connection.id, member ?? null, view, known.links);
    if (!isChange(changes)) return null;
    return { ...found, contactRef: contact.id, kind: member ? "differs" : "unknown", changes };
  } catch (error) {
    // A stranger whom no sync could make a member is nobody's drift.
    if (!(error instanceof GiveUp)) throw error;
    if (!member) return null;
    const { reason, detail } = error;
    return { ...found, contactRef: null, kind: "differs", changes: null, reason, detail };
  }
}

/** What the next sync of this contact would change. */
function changesOf(
  connectionId: string,
  member: MemberRow | null,
  view: ContactView,
  links: readonly LinkRow[],
): MemberChanges {
  const blank = { email: "", login: "", role: "", firstName: "", lastName: "", tags: [], fields: {} };
  const own = links.filter(({ memberId }) => memberId === member?.id);
  const others = own.filter((link) => link.connectionId !== connectionId);
  const after = targetOf(member ?? blank, others, view, { tagsOnly: false, role: null });
  if (!member) return difference(null, after);
  const { id: _, ...before } = member;
  const link = own.find((one) => one.connectionId === connectionId && one.contactId === view.contactId);
  // Two accounts that disagree about one person would drift for ever; a contact that still says the same has not moved.
  const isStill = link && others.length > 0 && isSame(link, view);
  return difference(before, isStill ? { ...after, tags: before.tags, fields: before.fields } : after);
}

const isSame = (link: LinkRow, view: ContactView): boolean =>
  !isChange(difference({ ...empty, ...pick(link) }, { ...empty, ...pick(view) }));
const empty = { email: "", login: "", role: "", firstName: "", lastName: "" };
const pick = ({ tags, fields }: { tags: string[]; fields: Record<string, string> }) => ({ tags, fields });
