import { and, eq, ne, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import {
  memberChanges,
  memberContacts,
  members,
  pendingMails,
  pendingPasswords,
} from "#db/schema/members.ts";
import type { MemberChanges } from "#db/schema/syncs.ts";
import { env } from "../env.ts";
import { GiveUp } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { wantPushes } from "../push/want.ts";
import { seal } from "../secrets.ts";
import { type Current, difference, isChange } from "./difference.ts";
import { holdLease } from "./fence.ts";
import type { ConnectionRow } from "./open-connection.ts";
import { type NewPassword, passwordForNew } from "./passwords.ts";
import type { ContactView } from "./read-contact.ts";
import { targetOf } from "./target.ts";

/** What the waiting deliveries of one contact ask for together. */
export type Wish = {
  mayCreate: boolean;
  /** Only tags are brought up to date (WP Fusion's `update_tags`). */
  tagsOnly: boolean;
  role: string | null;
  sendNotification: boolean;
};

export type Applied = { memberId: string; changes: MemberChanges; changed: boolean } | { memberId: null };

const duplicateKey = "23505";
const maxTries = 5;

const isDuplicateKey = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  (("code" in error && error.code === duplicateKey) || ("cause" in error && isDuplicateKey(error.cause)));

/**
 * Brings the member of a contact up to date in one transaction, with the difference stored. The member is found by its
 * link, then by e-mail, and made only when the wish allows. Two runs that make the same person at once meet at the
 * unique indexes; the later one starts over and finds the member. Running it twice changes nothing the second time.
 */
export async function applyContact(
  db: Db,
  connection: ConnectionRow,
  view: ContactView,
  wish: Wish,
  syncId: string,
): Promise<Applied> {
  const mayBeNew = wish.mayCreate && !(await findMember(db, connection.id, view));
  const password = mayBeNew ? await passwordForNew(view.password) : null;
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction((tx) => applyOnce(tx, connection, view, wish, syncId, password));
    } catch (error) {
      if (!isDuplicateKey(error) || tries >= maxTries) throw error;
    }
  }
}

type Found = Current & { id: string; passwordHash: string | null };

const columns = {
  id: members.id,
  email: members.email,
  login: members.login,
  role: members.role,
  firstName: members.firstName,
  lastName: members.lastName,
  tags: members.tags,
  fields: members.fields,
  passwordHash: members.passwordHash,
};

async function findMember(tx: Tx, connectionId: string, view: ContactView): Promise<Found | null> {
  const [linked] = await tx
    .select(columns)
    .from(memberContacts)
    .innerJoin(members, eq(members.id, memberContacts.memberId))
    .where(and(eq(memberContacts.connectionId, connectionId), eq(memberContacts.contactId, view.contactId)))
    .for("update");
  if (linked) return linked;
  const [sameEmail] = await tx
    .select(columns)
    .from(members)
    .where(sql`lower(${members.email}) = ${view.email.toLowerCase()}`)
    .for("update");
  return sameEmail ?? null;
}

async function applyOnce(
  tx: Tx,
  connection: ConnectionRow,
  view: ContactView,
  wish: Wish,
  syncId: string,
  password: NewPassword | null,
): Promise<Applied> {
  await tx.execute(sql`set local synchronous_commit to on`);
  await holdLease(tx, syncId);
  const found = await findMember(tx, connection.id, view);
  if (!found && !wish.mayCreate) return { memberId: null };
  const before: Found = found ?? (await createMember(tx, connection, view, wish, password));
  await link(tx, connection.id, before.id, view, found !== null && wish.tagsOnly);
  const links = await tx.select().from(memberContacts).where(eq(memberContacts.memberId, before.id));
  const after = targetOf(before, links, view, { ...wish, tagsOnly: wish.tagsOnly && found !== null });
  if (after.email.toLowerCase() !== before.email.toLowerCase())
    await refuseTakenEmail(tx, before.id, after.email);
  const { id: memberId, passwordHash: _, ...current } = before;
  await tx
    .update(members)
    .set({ ...after, syncedAt: new Date() })
    .where(eq(members.id, memberId));

  const changes = difference(found ? current : null, after);
  if (!found && password) changes.password = password.origin;
  const changed = isChange(changes);
  if (changed) await tx.insert(memberChanges).values({ id: uuidv7(), memberId, syncId, changes });
  if (changed)
    await wantPushes(tx, memberId, {
      syncId,
      ...howToPush(found !== null, password?.plain ?? view.password),
    });
  if (!found) await noteErrands(tx, connection, memberId, view, wish, password);
  return { memberId, changes, changed };
}

const howToPush = (wasThere: boolean, plain: string | null) => {
  if (wasThere || !plain) return { priority: "update" as const };
  const sealed = seal(env().ENCRYPTION_KEY, plain);
  return { priority: "add" as const, password: { sealed, why: "new" as const } };
};

async function createMember(
  tx: Tx,
  connection: ConnectionRow,
  view: ContactView,
  wish: Wish,
  password: NewPassword | null,
): Promise<Found> {
  const [made] = await tx
    .insert(members)
    .values({
      id: uuidv7(),
      email: view.email,
      login: await freeLogin(tx, view),
      role: view.role ?? wish.role ?? connection.defaultRole,
      firstName: view.firstName,
      lastName: view.lastName,
      tags: view.tags,
      fields: view.fields,
      passwordHash: password?.hash ?? null,
    })
    .returning(columns);
  if (!made) throw new Error("PostgreSQL returned no member after an insert.");
  return made;
}

/** The login the contact brings, else its e-mail; a number behind it when somebody else has it. */
async function freeLogin(tx: Tx, view: ContactView): Promise<string> {
  const wanted = view.login ?? view.email;
  for (let number = 1; number < 100; number++) {
    const login = number === 1 ? wanted : `${wanted}-${number}`;
    const [taken] = await tx
      .select({ id: members.id })
      .from(members)
      .where(sql`lower(${members.login}) = ${login.toLowerCase()}`);
    if (!taken) return login;
  }
  return `${wanted}-${uuidv7()}`;
}

/** One contact of a connection per member: a contact that took over the e-mail address takes over the link. */
async function link(
  tx: Tx,
  connectionId: string,
  memberId: string,
  view: ContactView,
  tagsOnly: boolean,
): Promise<void> {
  await tx
    .delete(memberContacts)
    .where(
      and(
        eq(memberContacts.connectionId, connectionId),
        eq(memberContacts.memberId, memberId),
        ne(memberContacts.contactId, view.contactId),
      ),
    );
  const seen = { tags: view.tags, loadedAt: new Date(), memberId };
  await tx
    .insert(memberContacts)
    .values({ connectionId, contactId: view.contactId, fields: tagsOnly ? {} : view.fields, ...seen })
    .onConflictDoUpdate({
      target: [memberContacts.connectionId, memberContacts.contactId],
      set: tagsOnly ? seen : { ...seen, fields: view.fields },
    });
}

async function refuseTakenEmail(tx: Tx, memberId: string, email: string): Promise<void> {
  const [other] = await tx
    .select({ id: members.id })
    .from(members)
    .where(and(sql`lower(${members.email}) = ${email.toLowerCase()}`, ne(members.id, memberId)));
  if (other) throw new GiveUp("email_taken", { detail: email });
}

/** What is owed to a new member beyond this transaction: the password to the CRM, the welcome mail to the person. */
async function noteErrands(
  tx: Tx,
  connection: ConnectionRow,
  memberId: string,
  view: ContactView,
  wish: Wish,
  password: NewPassword | null,
): Promise<void> {
  const errand = { memberId, connectionId: connection.id, contactId: view.contactId };
  if (password?.plain && connection.returnPasswordField) {
    await tx
      .insert(pendingPasswords)
      .values({ ...errand, sealed: seal(env().ENCRYPTION_KEY, password.plain) });
  }
  if (wish.sendNotification) await tx.insert(pendingMails).values(errand);
}
