import { isDeepStrictEqual } from "node:util";
import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { MemberChanges } from "#db/schema/syncs.ts";
import type { Foretold, Known, ShownView } from "../destinations/contract.ts";
import type { Outbound } from "../http/outbound.ts";
import type { ReasonCode } from "../reasons.ts";
import { difference } from "../sync/difference.ts";
import { type DestinationRow, openDestination } from "./open-destination.ts";
import { readViews } from "./view.ts";

/** What a push of one member would tell, found out without any call. */
export type Forecast = {
  view: ShownView;
  what: "new" | "changed" | "removed" | "unchanged" | "left_out";
  because: "member" | "settings" | "left_over";
  changes: MemberChanges;
  events: Foretold["events"];
  leaves: ReasonCode | null;
};

type Last = Known & {
  memberId: string;
  digest: string | null;
  sent: ShownView | null;
  partReason: string | null;
};

/** What pushes of these members would tell one destination, by the order of their ids. Nothing is sent. */
export async function forecast(
  db: Db,
  row: DestinationRow,
  memberIds: readonly string[],
): Promise<Forecast[]> {
  const views = await readViews(db, memberIds);
  const lasts = await db.execute<Last>(sql`
    select member_id as "memberId", external_id as "externalId", memory, digest, sent, part_reason as "partReason"
    from push_targets
    where destination_id = ${row.id} and member_id = any(${`{${memberIds.join(",")}}`}::uuid[])`);
  const byMember = new Map(lasts.map((last) => [last.memberId, last]));
  const client = openDestination(db, row, neverFetch).clientFor(neverCalled);
  return views.map((view) => {
    const last = byMember.get(view.id) ?? { ...nothing, memberId: view.id };
    const whole = { ...view, password: null };
    const foretold = client.foretell?.(whole, last, last.sent) ?? { leaves: null, events: [] };
    const isSame = client.digest(whole) === last.digest;
    const isKnown = last.sent !== null && last.externalId !== null;
    const shownOf = (one: ShownView) => client.shown?.(one) ?? one;
    const sent = last.sent && shownOf(last.sent);
    const told = { view, ...foretold };
    if (foretold.leaves) return { ...told, ...(isKnown ? removed(sent) : leftOut) };
    if (isSame && !last.partReason) return { ...told, what: "unchanged", because: "member", changes: none };
    const because = isSame ? "left_over" : isDeepStrictEqual(last.sent, view) ? "settings" : "member";
    const changes = difference(isKnown ? sent : null, shownOf(view));
    return { ...told, what: isKnown ? "changed" : "new", because, changes };
  });
}

const nothing: Omit<Last, "memberId"> = {
  externalId: null,
  memory: {},
  digest: null,
  sent: null,
  partReason: null,
};
const none: MemberChanges = { created: false, tagsAdded: [], tagsRemoved: [], fields: {} };
const leftOut = { what: "left_out", because: "settings", changes: none } as const;
const removed = (sent: ShownView | null) =>
  ({
    what: "removed",
    because: "settings",
    changes: { ...none, tagsRemoved: sent?.tags ?? [] },
  }) as const;

/** A forecast that called a site would be a mistake of ours. */
const neverCalled = (): Promise<void> => Promise.reject(new Error("a forecast makes no calls"));
const neverFetch: Outbound["fetch"] = () => Promise.reject(new Error("a forecast makes no calls"));
