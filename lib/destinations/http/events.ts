import { z } from "zod";
import type { MemberView, ShownView } from "../contract.ts";
import type { Settings } from "./settings.ts";

const identity = {
  id: z.string().describe("Rollcall’s id of the member; it never changes"),
  email: z.string(),
};
/** What an endpoint may leave out by its settings is optional. */
const member = z.object({
  ...identity,
  login: z.string().optional(),
  role: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  tags: z.array(z.string()).optional(),
  fields: z.record(z.string(), z.string()).describe("By personalisation tag in lower case"),
  contacts: z.array(z.object({ connectionId: z.string(), contactId: z.string() })).optional(),
});
export type ShownMember = z.infer<typeof member>;
const deleted = z.object({ ...identity, login: z.string() });
const timestamp = z.iso.datetime().describe("When this attempt was made");
const role = z.object({ before: z.string(), after: z.string() });
const tags = z.object({ added: z.array(z.string()), removed: z.array(z.string()) });

/** What a receiver gets: the member as they are now, never a password. The id of the event is in the header. */
const event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("member.created"), timestamp, data: z.object({ member }) }),
  z.object({ type: z.literal("member.updated"), timestamp, data: z.object({ member }) }),
  z.object({
    type: z
      .literal("member.deleted")
      .describe("Gone, taken off this endpoint, or no longer among those it hears of"),
    timestamp,
    data: z.object({ member: deleted }),
  }),
  z.object({ type: z.literal("member.role_changed"), timestamp, data: z.object({ member, role }) }),
  z.object({ type: z.literal("member.tags_changed"), timestamp, data: z.object({ member, tags }) }),
  z.object({
    type: z.literal("member.password_reset").describe("Somebody asked for it; the password is never told"),
    timestamp,
    data: z.object({ member }),
  }),
  z.object({ type: z.literal("destination.tested"), timestamp, data: z.object({}) }),
]);
export type Event = z.infer<typeof event>;

/** The JSON Schema (2020-12) of every event, for receivers. */
export const eventSchema = (): Record<string, unknown> => z.toJSONSchema(event);

/** Reads an event as a receiver would; throws when it is none. */
export const readEvent = (json: unknown): Event => event.parse(json);

/** The member as this endpoint's events show one: what was chosen, with fields in the order of their names. */
export function shownMember({ attributes, fields }: Settings, view: ShownView): ShownMember {
  const all = { login: view.login, role: view.role, firstName: view.firstName, lastName: view.lastName };
  const lists = { tags: view.tags, contacts: view.contacts };
  const chosen = Object.entries({ ...all, ...lists }).filter(([name]) =>
    attributes.some((attribute) => attribute === name),
  );
  const kept = fields?.map(fold);
  const shown = Object.entries(view.fields)
    .filter(([name]) => !kept || kept.includes(fold(name)))
    // PostgreSQL keeps another order than the CRM sent.
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { id: view.id, email: view.email, ...Object.fromEntries(chosen), fields: Object.fromEntries(shown) };
}

const fold = (name: string) => name.trim().toLowerCase();

/** Whether the destination wants to hear of this member, letter case aside. */
export function isWanted({ filter }: Settings, view: Pick<MemberView, "role" | "tags">): boolean {
  const own = new Set(view.tags.map(fold));
  const hasTag = (name: string) => own.has(fold(name));
  const isRole = (name: string) => fold(name) === fold(view.role);
  return (
    (filter.roles.length === 0 || filter.roles.some(isRole)) &&
    (filter.tags.length === 0 || filter.tags.some(hasTag)) &&
    !filter.notTags.some(hasTag)
  );
}
