import { sql } from "drizzle-orm";
import { uuidv7Floor } from "../../../ids.ts";
import { kindNamed } from "../../../push/open-destination.ts";
import { explain } from "../../../reasons.ts";
import { type Condition, counted, type ReadConditions } from "../condition.ts";
import { readLimits } from "../limits.ts";

const dayMs = 24 * 3600 * 1000;

type Cause = {
  reason: string;
  destinationId: string;
  name: string;
  kind: string;
  settings: Record<string, unknown>;
  detail: string | null;
  count: number;
};

/** Pushes of the last 24 hours that gave up or that a site refused, and that still stand so, by cause and destination. */
export const readGaveUpAtSites: ReadConditions = async (db) => {
  const { gaveUpCount } = await readLimits(db);
  const from = uuidv7Floor(new Date(Date.now() - dayMs));
  const rows = await db.execute<Cause>(sql`
    select t.reason, d.id as "destinationId", d.name, d.kind, d.settings, count(*)::int as count,
      case when bool_and(t.state = 'dead') and count(distinct t.detail) = 1 then min(t.detail) end as detail
    from push_targets t join destinations d on d.id = t.destination_id
    where t.state in ('dead', 'refused') and t.reason is not null and exists (
      select from pushes p where p.member_id = t.member_id and p.id >= ${from}::uuid
        and p.destination_id = t.destination_id and p.status = t.state)
    group by 1, 2 having count(*) >= ${gaveUpCount} order by count desc limit 50`);
  return rows.map(conditionOf);
};

function conditionOf({ reason, destinationId, name, kind, settings, detail, count }: Cause): Condition {
  // What a site refuses names the member, who must not leave the console.
  const explained = explain(reason, { site: kindNamed(kind).siteName(settings), detail: detail ?? "…" });
  return {
    kind: "gave_up",
    key: `gave_up:${reason}:${destinationId}`,
    connectionId: null,
    level: "bad",
    text: {
      title: `${explained?.sentence ?? ""} ${counted(count, "member is", "members are")} not right on ${name}.`,
      safe: "They are right in Rollcall, and nothing is lost: what gave up is kept and can be pushed again.",
      remedy: explained?.remedy ?? "",
      path: `/destinations/${destinationId}`,
      action: "Open the destination",
    },
  };
}
