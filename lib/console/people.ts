import { and, asc, eq, isNotNull, isNull } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { invites, users } from "#db/schema/people.ts";
import type { Person, PersonInvite, PersonPatch, PersonWithLink } from "../api/person-shapes.ts";
import { audit } from "../auth/audit.ts";
import type { Caller } from "../auth/caller.ts";
import { makeInvite } from "../auth/invites.ts";
import { forgetSession, signOutEverywhere } from "../auth/session.ts";
import { AppError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { notFound } from "./not-found.ts";

type UserRow = typeof users.$inferSelect;

/** Everyone who signs in to the console or is invited to, oldest first. */
export async function listPeople(db: Tx): Promise<{ items: Person[]; nextCursor: null }> {
  const rows = await peopleIn(db).orderBy(asc(users.id));
  return { items: rows.map(personJson), nextCursor: null };
}

/** Adds a person, who cannot sign in before they chose a password on the link. Throws `conflict` for an e-mail that is there. */
export async function invitePerson(
  db: Db,
  given: PersonInvite,
  by: Caller,
  origin: string,
): Promise<PersonWithLink> {
  const email = given.email.trim().toLowerCase();
  const user = { id: uuidv7(), email, name: given.name, role: given.role };
  return db.transaction(async (tx) => {
    await holdOwners(tx, by);
    const added = await tx.insert(users).values(user).onConflictDoNothing().returning({ id: users.id });
    if (added.length === 0) {
      throw new AppError(
        "conflict",
        `${email} is here already. Change their role in the list, or make them a new link.`,
      );
    }
    const code = await makeInvite(tx, user.id);
    await audit(tx, by.actor, "invited", "user", user.id, { email, role: user.role });
    return withLink(tx, user.id, code, origin);
  });
}

/** Makes a new link for a person, on which they choose a password; the one before ends. */
export async function makePersonLink(
  db: Db,
  id: string,
  by: Caller,
  origin: string,
): Promise<PersonWithLink> {
  return db.transaction(async (tx) => {
    await holdOwners(tx, by);
    const { email } = await hold(tx, id);
    const code = await makeInvite(tx, id);
    await audit(tx, by.actor, "link_made", "user", id, { email });
    return withLink(tx, id, code, origin);
  });
}

/** Changes name or role, in every process within three seconds. Throws `conflict` where no owner would be left. */
export async function changePerson(db: Db, id: string, given: PersonPatch, by: Caller): Promise<Person> {
  const changed = await db.transaction(async (tx) => {
    const owners = await holdOwners(tx, by);
    const before = await hold(tx, id);
    if (given.role !== undefined && given.role !== "owner") keepAnOwner(owners, before, "give another role");
    const fields = Object.entries(given).filter(([name, value]) => before[name as keyof UserRow] !== value);
    if (fields.length > 0) {
      await tx.update(users).set(given).where(eq(users.id, id));
      const was = Object.fromEntries(fields.map(([name]) => [name, before[name as keyof UserRow]]));
      await audit(tx, by.actor, "changed", "user", id, { ...Object.fromEntries(fields), was });
    }
    return getPerson(tx, id);
  });
  forgetSession(id);
  return changed;
}

/**
 * Removes a person with their link; their sessions end, here at once and in other processes within three seconds. Throws
 * `conflict` for oneself and for the last owner.
 */
export async function removePerson(db: Db, id: string, by: Caller): Promise<{ removed: true }> {
  if (by.via === "session" && by.id === id)
    throw new AppError("conflict", "Nobody removes themself. Ask another owner to do it.");
  await db.transaction(async (tx) => {
    const owners = await holdOwners(tx, by);
    const person = await hold(tx, id);
    keepAnOwner(owners, person, "remove");
    await tx.delete(users).where(eq(users.id, id));
    await audit(tx, by.actor, "removed", "user", id, { email: person.email, role: person.role });
  });
  forgetSession(id);
  return { removed: true };
}

/** Ends every session of a person. */
export async function signPersonOut(db: Db, id: string, by: Caller): Promise<{ ended: true }> {
  await getPerson(db, id);
  await signOutEverywhere(db, id, by.actor);
  return { ended: true };
}

/**
 * Holds the owners who can sign in until the transaction ends: of two who take the role from each other at the same
 * moment, the second sees what the first did. Throws `forbidden` for a caller who has just ceased to be one.
 */
async function holdOwners(tx: Tx, by: Caller): Promise<string[]> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, "owner"), isNotNull(users.passwordHash)))
    .orderBy(users.id)
    .for("update");
  const owners = rows.map(({ id }) => id);
  if (by.via === "session" && !owners.includes(by.id))
    throw new AppError("forbidden", "You are no longer an owner. Nothing was changed.");
  return owners;
}

function keepAnOwner(owners: readonly string[], { id, name }: UserRow, what: string): void {
  if (owners.length > 1 || owners[0] !== id) return;
  throw new AppError(
    "conflict",
    `${name} is the last owner who can sign in. Make somebody else an owner first, then ${what}.`,
  );
}

/** The row of a person, which nobody else changes until the transaction ends. */
async function hold(tx: Tx, id: string): Promise<UserRow> {
  const [row] = await tx.select().from(users).where(eq(users.id, id)).for("update");
  if (!row) throw notFound("person");
  return row;
}

/** With the link of each that was not used yet. */
const peopleIn = (db: Tx) =>
  db
    .select({ user: users, inviteExpiresAt: invites.expiresAt })
    .from(users)
    .leftJoin(invites, and(eq(invites.userId, users.id), isNull(invites.usedAt)));

async function getPerson(db: Tx, id: string): Promise<Person> {
  const [row] = await peopleIn(db).where(eq(users.id, id));
  if (!row) throw notFound("person");
  return personJson(row);
}

const withLink = async (tx: Tx, id: string, code: string, origin: string): Promise<PersonWithLink> => ({
  ...(await getPerson(tx, id)),
  url: `${origin}/invite/${code}`,
});

const personJson = ({ user, inviteExpiresAt }: { user: UserRow; inviteExpiresAt: Date | null }): Person => ({
  id: user.id,
  email: user.email,
  name: user.name,
  role: user.role,
  state: user.passwordHash === null ? "invited" : "active",
  createdAt: user.createdAt.toISOString(),
  lastSignInAt: user.lastSignInAt?.toISOString() ?? null,
  inviteExpiresAt: inviteExpiresAt?.toISOString() ?? null,
});
