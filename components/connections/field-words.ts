import type { ConnectionCatalog } from "#lib/api/connection-shapes.ts";

const standardFrom: Record<string, string> = {
  email: "E-mail",
  first_name: "First name",
  last_name: "Last name",
  phone: "Phone",
};

const attributes: Record<string, string> = {
  role: "Role on the site",
  user_login: "Login",
  user_pass: "Password",
  first_name: "First name",
  last_name: "Last name",
};

/** The member attributes that mean something to Rollcall itself; any other name is a field of its own. */
export const attributeItems = Object.entries(attributes).map(([value, label]) => ({
  value,
  label,
  note: value,
}));

/** A CRM field as people know it: its title, and how it is written in an e-mail. */
export function fromWords(
  from: string,
  fields: ConnectionCatalog["fields"] | undefined,
): { title: string; code: string } {
  const standard = standardFrom[from];
  if (standard) return { title: standard, code: from };
  const field = fields?.find(({ tag }) => tag.toLowerCase() === from);
  return { title: field?.title ?? from, code: tagCode(from) };
}

/** `%MEMBERSHIP_LEVEL%`, as ActiveCampaign writes a field in its e-mails. */
export const tagCode = (tag: string): string => `%${tag.toUpperCase()}%`;

/** A member attribute as people know it. */
export const toWords = (to: string): { title: string; code: string } => ({
  title: attributes[to] ?? `${to.charAt(0).toUpperCase()}${to.slice(1).replaceAll("_", " ")}`,
  code: to,
});

/** Every CRM field that can be copied, the CRM's own first. */
export const fromItems = (fields: ConnectionCatalog["fields"] | undefined) => [
  ...Object.entries(standardFrom).map(([value, label]) => ({ value, label, note: value })),
  ...(fields ?? []).map(({ tag, title }) => ({ value: tag.toLowerCase(), label: title, note: tagCode(tag) })),
];
