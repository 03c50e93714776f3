import { isDeepStrictEqual } from "node:util";
import type { Known, MemberView, ShownView } from "../contract.ts";
import { type Event, isWanted, shownMember } from "./events.ts";
import type { EventType, Settings } from "./settings.ts";

/** Why a push tells something: null where the filter leaves the member out, and so does everything they were told. */
export type Chosen = { wanted: boolean; events: Event[] };

/**
 * The events of one push, of those that the receiver has chosen: one that is about the member as a whole, then those
 * that name a change. A member who no longer passes the filter is taken leave of, once. A push that has nothing to say
 * but was asked for all the same tells the member as they are.
 */
export function chooseEvents(
  read: Settings,
  view: MemberView,
  known: Known,
  previous: ShownView | null,
): Chosen {
  const timestamp = new Date().toISOString();
  const chosen = (events: Event[]) => events.filter(({ type }) => read.events.some((name) => name === type));
  if (!isWanted(read, view)) return { wanted: false, events: chosen(farewell(view, known)) };
  const data = { member: shownMember(read, view) };
  if (known.externalId === null)
    return { wanted: true, events: chosen([{ type: "member.created", timestamp, data }]) };
  const changes: Event[] = previous ? changesOf(previous, view, data, timestamp) : [];
  const reset: Event[] =
    view.password?.why === "reset" ? [{ type: "member.password_reset", timestamp, data }] : [];
  const isTold = previous && isDeepStrictEqual(shownMember(read, previous), data.member);
  const isWhole = !isTold || chosen([...changes, ...reset]).length === 0;
  const updated: Event[] = isWhole ? [{ type: "member.updated", timestamp, data }] : [];
  return { wanted: true, events: chosen([...updated, ...changes, ...reset]) };
}

function changesOf(
  previous: ShownView,
  view: ShownView,
  data: { member: ReturnType<typeof shownMember> },
  timestamp: string,
): Event[] {
  const role = { before: previous.role, after: view.role };
  const added = view.tags.filter((tag) => !previous.tags.includes(tag));
  const removed = previous.tags.filter((tag) => !view.tags.includes(tag));
  return [
    ...(role.before === role.after
      ? []
      : [{ type: "member.role_changed" as const, timestamp, data: { ...data, role } }]),
    ...(added.length + removed.length === 0
      ? []
      : [{ type: "member.tags_changed" as const, timestamp, data: { ...data, tags: { added, removed } } }]),
  ];
}

/** What a receiver that was told of a member hears when they go; nothing where it never was. */
export function farewell(
  { id, email, login }: Pick<MemberView, "id" | "email" | "login">,
  known: Known,
): Event[] {
  if (known.externalId === null) return [];
  const timestamp = new Date().toISOString();
  return [{ type: "member.deleted", timestamp, data: { member: { id, email, login } } }];
}

const about: readonly EventType[] = ["member.created", "member.updated", "member.deleted"];

/** The id of one event of a push: the same at every attempt, whatever else the push tells. */
export const eventId = (pushId: string, type: Event["type"]): string =>
  about.some((name) => name === type) ? pushId : `${pushId}.${type.replace("member.", "")}`;

/** What decides whether a push would tell something else: what is shown, and what changes are named by. */
export const toldOf = (read: Settings, view: ShownView): unknown => [
  read.url,
  read.events,
  isWanted(read, view),
  shownMember(read, view),
  read.events.includes("member.role_changed") ? view.role : null,
  read.events.includes("member.tags_changed") ? view.tags : null,
];
