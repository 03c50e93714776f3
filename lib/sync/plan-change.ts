import type { MemberChanges } from "#db/schema/syncs.ts";
import { env } from "../env.ts";
import { GiveUp } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import type { Wanted } from "../push/want.ts";
import { seal } from "../secrets.ts";
import type { Item, Owed } from "./apply-item.ts";
import { type Current, difference, isChange } from "./difference.ts";
import { LeaseLost } from "./fence.ts";
import type { Place } from "./find-place.ts";
import { type Held, loginsFor, type Stored } from "./lock-members.ts";
import type { ContactView } from "./read-contact.ts";
import { targetOf } from "./target.ts";

/** What is written for one contact. */
export type Change = {
  memberId: string;
  syncId: string;
  connectionId: string;
  contactId: string;
  /** The hash of its password for a member that is made; null for one that is there. */
  made: { passwordHash: string | null } | null;
  after: Current;
  link: { tags: string[]; fields: Record<string, string> };
  changes: MemberChanges;
  changed: boolean;
  push: Wanted | null;
  /** The new member's password on its way to the CRM, sealed. */
  returns: Buffer | null;
  mails: boolean;
  /** Another contact of the connection was the member's until now. */
  takesLink: boolean;
  owed: Owed;
};

/** The member is no longer where the contact's place said; it has to be looked for again. */
export class StalePlace extends Error {
  constructor() {
    super("The member of this contact moved in this moment.");
    this.name = "StalePlace";
  }
}

/** What has to be written so that the member of a contact is what it should be; the error of one that cannot. */
export function planChange(item: Item, held: Held): Change | Error {
  const { connection, view, wish, syncId, place, password } = item;
  if (!held.leases.has(syncId)) return new LeaseLost(syncId);
  const stored = place ? (held.members.get(place.memberId) ?? null) : null;
  const links = held.links.filter((link) => link.memberId === place?.memberId);
  const isOwn = (link: { connectionId: string; contactId: string }) =>
    link.connectionId === connection.id && link.contactId === view.contactId;
  const own = links.find(isOwn);
  const owner = held.owners.get(view.email.toLowerCase());
  if (place && (!stored || isStale(place, stored, own !== undefined, view))) return new StalePlace();
  if (!place && owner) return new StalePlace();

  const before = stored && currentOf(stored);
  const tagsOnly = wish.tagsOnly && before !== null;
  const link = { tags: view.tags, fields: tagsOnly ? (own?.fields ?? {}) : view.fields };
  const others = links.filter((one) => one.connectionId !== connection.id);
  const start = before ?? newMember(item, held);
  const after = targetOf(start, others, view, { ...wish, tagsOnly });
  if (owner && owner !== place?.memberId && after.email.toLowerCase() !== start.email.toLowerCase())
    return new GiveUp("email_taken", { detail: after.email });

  const changes = difference(before, after);
  if (!before && password) changes.password = password.origin;
  const changed = isChange(changes);
  const memberId = place?.memberId ?? uuidv7();
  const push = changed ? { memberId, syncId, ...howToPush(item) } : null;
  const takesLink = links.some((one) => one.connectionId === connection.id && !isOwn(one));
  const who = { memberId, syncId, connectionId: connection.id, contactId: view.contactId };
  const shared = { ...who, after, link, changes, changed, push, takesLink };
  if (stored) {
    const owed = {
      password: stored.owedPassword === connection.id,
      mail: stored.owedMail === connection.id,
    };
    return { ...shared, owed, made: null, returns: null, mails: false };
  }
  const returned = connection.returnPasswordField && password?.plain;
  return {
    ...shared,
    made: { passwordHash: password?.hash ?? null },
    returns: returned ? seal(env().ENCRYPTION_KEY, returned) : null,
    mails: wish.sendNotification,
    owed: { password: Boolean(returned), mail: wish.sendNotification },
  };
}

const currentOf = ({ owedPassword: _, owedMail: __, ...current }: Stored): Current => current;

/** Whether the contact lost its link, or its member the address, since its place was looked up. */
function isStale(place: Place, before: Current, linked: boolean, view: ContactView): boolean {
  if (place.by === "link") return !linked;
  return before.email.toLowerCase() !== view.email.toLowerCase();
}

/** A new member as the contact brings it: the login that is free, else a number behind it. */
function newMember({ connection, view, wish }: Item, { logins }: Held): Current {
  const wanted = view.login ?? view.email;
  const login = loginsFor(wanted).find((one) => !logins.has(one.toLowerCase())) ?? `${wanted}-${uuidv7()}`;
  const { email, firstName, lastName, tags, fields } = view;
  return {
    email,
    login,
    role: view.role ?? wish.role ?? connection.defaultRole,
    firstName,
    lastName,
    tags,
    fields,
  };
}

function howToPush({ place, view, password }: Item): Pick<Wanted, "priority" | "password"> {
  const plain = password?.plain ?? view.password;
  if (place || !plain) return { priority: "update" };
  return { priority: "add", password: { sealed: seal(env().ENCRYPTION_KEY, plain), why: "new" } };
}
