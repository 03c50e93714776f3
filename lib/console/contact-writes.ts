import { eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import { memberContacts, members } from "#db/schema/members.ts";
import type { ContactFields, ContactTags, ContactWritten } from "../api/contact-shapes.ts";
import { audit } from "../auth/audit.ts";
import { AppError, GiveUp } from "../errors.ts";
import { accountOf } from "../queue/budget.ts";
import { connectionById, type OpenConnection } from "../sync/open-connection.ts";
import { wishRead } from "../sync/refresh.ts";
import { callingCrm } from "./crm-trouble.ts";
import { notFound } from "./not-found.ts";

type Asked = { email: string; connectionId?: string };
type Write = { what: string; run: (open: OpenConnection, contactId: string) => Promise<void> };
type By = { actor: string; path: string };

/**
 * Adds and removes tags of a contact in its CRM, in the account's budget, and has the contact read again. Writes may be
 * repeated: a tag that is there already, or is gone already, is no failure. When the CRM refuses one, those before it
 * are made; the answer is the CRM's failure with `written`.
 */
export function writeTags(db: Db, asked: ContactTags, actor: string): Promise<ContactWritten> {
  const writes: Write[] = [
    ...asked.add.map((tag) => ({
      what: tag,
      run: ({ client }: OpenConnection, contactId: string) => client.addTag(contactId, tag),
    })),
    ...asked.remove.map((tag) => ({
      what: tag,
      run: ({ client }: OpenConnection, contactId: string) => client.removeTag(contactId, tag),
    })),
  ];
  return writeContact(db, asked, writes, { actor, path: "/api/v1/contacts/tags" });
}

/** Sets custom fields of a contact in its CRM, as `writeTags` does with tags; an empty text empties the field. */
export function writeFields(db: Db, asked: ContactFields, actor: string): Promise<ContactWritten> {
  const writes = Object.entries(asked.fields).map(([field, value]) => ({
    what: field,
    run: ({ client }: OpenConnection, contactId: string) => client.writeField(contactId, field, value),
  }));
  return writeContact(db, asked, writes, { actor, path: "/api/v1/contacts/fields" });
}

async function writeContact(db: Db, asked: Asked, writes: Write[], by: By): Promise<ContactWritten> {
  const place = await findPlace(db, asked);
  const open = await connectionById(db, place.connectionId);
  const { label } = open.crm;
  await refuseSilence(db, accountOf(open.row), label);
  const contactId = place.contactId ?? (await callingCrm(label, () => findContact(open, asked.email)));
  const written: string[] = [];
  const failure = await callingCrm(label, async () => {
    for (const write of writes) {
      await write.run(open, contactId).catch((error) => refuse(error, label, write.what));
      written.push(write.what);
    }
  }).then(
    () => null,
    (error: unknown) => error,
  );
  if (written.length === 0) throw failure;
  const target = { connectionId: open.row.id, contactId };
  const [delivery = ""] = await wishRead(db, [target], { ...by, email: asked.email });
  await db.transaction((tx) =>
    audit(tx, by.actor, "wrote_contact", "connection", open.row.id, { contactId, written }),
  );
  if (failure) throw failure instanceof AppError ? withWritten(failure, written, delivery) : failure;
  return { delivery, ...target };
}

/** A caller does not wait while the account has asked for more than a few seconds without calls. */
async function refuseSilence(db: Db, account: string, label: string): Promise<void> {
  const [silent] = await db.$client<{ seconds: number }[]>`
    select ceil(extract(epoch from paused_until - clock_timestamp()))::int as seconds from budgets
    where account = ${account} and paused_until > clock_timestamp() + interval '5 seconds'`;
  if (!silent) return;
  const { seconds } = silent;
  const message = `${label} asked for silence. Nothing was written; try again in ${seconds} seconds.`;
  throw new AppError("unavailable", message, { reason: "crm_rate_limited", retryAfterSeconds: seconds });
}

/** The connection and contact that a person is known by; the contact is null when only the CRM can say. */
async function findPlace(
  db: Db,
  { email, connectionId }: Asked,
): Promise<{ connectionId: string; contactId: string | null }> {
  const links = await db
    .select({ connectionId: memberContacts.connectionId, contactId: memberContacts.contactId })
    .from(memberContacts)
    .innerJoin(members, eq(members.id, memberContacts.memberId))
    .where(eq(sql`lower(${members.email})`, email.toLowerCase()));
  const known = await db.select({ id: connections.id }).from(connections);
  if (connectionId !== undefined) {
    if (!known.some(({ id }) => id === connectionId)) throw notFound("connection");
    const here = links.filter((link) => link.connectionId === connectionId);
    return { connectionId, contactId: here.length === 1 ? (here[0]?.contactId ?? null) : null };
  }
  const [link] = links;
  if (link && links.length === 1) return link;
  const [only] = known;
  if (only && known.length === 1) return { connectionId: only.id, contactId: null };
  const message = known.length === 0 ? "No CRM is connected." : "Say in which CRM: there is more than one.";
  throw new AppError("invalid", `connectionId: ${message}`, [{ path: "connectionId", message }]);
}

async function findContact({ client, crm, row }: OpenConnection, email: string): Promise<string> {
  const found = await client.findByEmail(email);
  if (found.status === "found") return found.contact.id;
  if (found.status === "failed") throw found.error;
  throw new AppError("not_found", `${crm.label} (${row.name}) has no contact with this e-mail address.`);
}

/** What the caller can mend is said as theirs: no such field, no such contact, a value that the CRM refuses. */
function refuse(error: unknown, label: string, what: string): never {
  if (error instanceof GiveUp && error.reason === "password_field_missing")
    throw new AppError("invalid", `${label} has no field ${what}.`, { reason: "field_missing", field: what });
  if (error instanceof GiveUp && error.reason === "contact_missing")
    throw new AppError("not_found", `${label} has this contact no more.`, { reason: error.reason });
  if (error instanceof GiveUp && error.reason === "crm_bad_request")
    throw new AppError("invalid", `${label} refused ${what}: ${error.detail ?? "no detail"}`, {
      reason: error.reason,
      detail: error.detail,
    });
  throw error;
}

function withWritten(failure: AppError, written: string[], delivery: string): AppError {
  const details = typeof failure.details === "object" ? failure.details : {};
  const told = new AppError(failure.code, failure.message, { ...details, written, delivery });
  told.cause = failure;
  return told;
}
