import type { Contact } from "../crm/contract.ts";
import { GiveUp } from "../errors.ts";
import { protectedRoles, roleSlug } from "../words.ts";
import type { ConnectionRow } from "./open-connection.ts";

/** A contact seen through a connection's field mapping: what the member should become. */
export type ContactView = {
  contactId: string;
  email: string;
  firstName: string;
  lastName: string;
  tags: string[];
  fields: Record<string, string>;
  /** From a mapped field; null when none is mapped, it is empty, or it names a protected role. */
  role: string | null;
  /** A protected role that a CRM field asked for; never given, since contacts can fill in CRM fields themselves. */
  refusedRole: string | null;
  login: string | null;
  password: string | null;
};

/** Member attributes that a mapping can fill beside free field names (WP Fusion's names). */
const attributes = new Set(["role", "user_login", "user_pass", "first_name", "last_name", "email"]);

function mappedValue(contact: Contact, from: string): string {
  const own: Record<string, string> = {
    email: contact.email ?? "",
    first_name: contact.firstName,
    last_name: contact.lastName,
    phone: contact.phone,
  };
  const tag = from.replaceAll("%", "").trim().toLowerCase();
  return contact.fields[tag] ?? own[tag] ?? "";
}

/**
 * Applies the field mapping. Fields that hold a password are left out of the member's fields. Throws GiveUp when the
 * contact has no e-mail address, or one that cannot be one.
 */
export function readContact(contact: Contact, connection: ConnectionRow): ContactView {
  const email = contact.email?.trim() ?? "";
  if (email === "") throw new GiveUp("no_email", { detail: contact.id });
  if (!/^[^\s@<>"]+@[^\s@<>"]+$/.test(email) || email.length > 320)
    throw new GiveUp("bad_email", { detail: email });

  const secret = new Set(
    [
      connection.returnPasswordField,
      ...connection.fieldMap.filter((map) => map.to === "user_pass").map((map) => map.from),
    ]
      .filter((tag) => tag !== null)
      .map((tag) => tag.replaceAll("%", "").trim().toLowerCase()),
  );
  const fields = Object.fromEntries(Object.entries(contact.fields).filter(([tag]) => !secret.has(tag)));
  const mapped: Record<string, string> = {};
  for (const { from, to } of connection.fieldMap) {
    const value = mappedValue(contact, from);
    if (attributes.has(to)) mapped[to] = value.trim();
    else fields[to] = value;
  }
  const role = roleSlug(mapped.role ?? "");
  const isProtected = protectedRoles.includes(role);
  return {
    contactId: contact.id,
    email,
    firstName: mapped.first_name || contact.firstName,
    lastName: mapped.last_name || contact.lastName,
    tags: [...new Set(contact.tags)].sort(),
    fields,
    role: role === "" || isProtected ? null : role,
    refusedRole: isProtected ? role : null,
    login: mapped.user_login || null,
    password: mapped.user_pass || null,
  };
}
