import { z } from "zod";
import type { MemberView } from "../contract.ts";
import type { Settings } from "./settings.ts";

const member = z.object({
  id: z.string().describe("Rollcall’s id of the member; it never changes"),
  email: z.string(),
  login: z.string(),
  role: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  tags: z.array(z.string()),
  fields: z.record(z.string(), z.string()).describe("By personalisation tag in lower case"),
  contacts: z.array(z.object({ connectionId: z.string(), contactId: z.string() })),
});
const removed = member.pick({ id: true, email: true, login: true });
const timestamp = z.iso.datetime().describe("When this attempt was made");

/** What a receiver gets: the member as they are now, never a password. The id of the event is in the header. */
const event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("member.created"), timestamp, data: z.object({ member }) }),
  z.object({ type: z.literal("member.updated"), timestamp, data: z.object({ member }) }),
  z.object({ type: z.literal("member.removed"), timestamp, data: z.object({ member: removed }) }),
  z.object({ type: z.literal("destination.tested"), timestamp, data: z.object({}) }),
]);
export type Event = z.infer<typeof event>;

/** The JSON Schema (2020-12) of every event, for receivers. */
export const eventSchema = (): Record<string, unknown> => z.toJSONSchema(event);

/** Reads an event as a receiver would; throws when it is none. */
export const readEvent = (json: unknown): Event => event.parse(json);

/** The member as events show one. */
export const shownMember = ({ password: _, ...shown }: MemberView): z.infer<typeof member> => shown;

const fold = (name: string) => name.trim().toLowerCase();

/** Whether the destination wants to hear of this member, letter case aside. */
export function isWanted({ filter }: Settings, view: Pick<MemberView, "role" | "tags">): boolean {
  const tags = new Set(view.tags.map(fold));
  const hasTag = (name: string) => tags.has(fold(name));
  const isRole = (name: string) => fold(name) === fold(view.role);
  return (
    (filter.roles.length === 0 || filter.roles.some(isRole)) &&
    (filter.tags.length === 0 || filter.tags.some(hasTag)) &&
    !filter.notTags.some(hasTag)
  );
}
