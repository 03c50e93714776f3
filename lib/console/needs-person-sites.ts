import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Overview } from "../api/overview-shapes.ts";
import { siteReason } from "../push/settle.ts";
import { explain, type ReasonCode } from "../reasons.ts";
import { shortened } from "./needs-person.ts";
import { iso } from "./reconcile-words.ts";

type Row = {
  reason: ReasonCode;
  detail: string | null;
  count: number;
  since: string;
  lastAt: string;
  sampleId: string;
  destinationId: string;
  name: string;
  state: "active" | "paused" | "stopped";
  why: string | null;
  whyDetail: string | null;
};

/**
 * What waits for a person at the sites, one entry a destination and cause, the most frequent first: members that are
 * right here and will not become right there by themselves.
 */
export async function readNeedsPersonAtSites(db: Db): Promise<Overview["needsPerson"]> {
  const rows = await db.execute<Row>(sql`
    select o.reason, case when count(distinct o.detail) = 1 then min(o.detail) end as detail, count(*)::int as count,
      min(o.received_at) as since, max(o.received_at) as "lastAt", max(o.delivery_id::text) as "sampleId",
      d.id as "destinationId", d.name, d.state, d.reason as why, d.detail as "whyDetail"
    from outcomes o
    cross join lateral (
      select t.destination_id from push_targets t join destinations d on d.id = t.destination_id
      where t.member_id = o.member_id and ${siteReason} = o.reason order by t.due_at limit 1) as at
    join destinations d on d.id = at.destination_id
    where o.status = 'partly_synced' and o.reason is not null and o.next_retry_at is null
    group by o.reason, d.id order by count desc, "lastAt" desc limit 50`);
  return rows.map((row) => {
    const { destinationId, name, state, why, whyDetail, since, lastAt, ...cause } = row;
    const blanks = { site: name, detail: row.detail };
    const explained =
      (state === "stopped" && explain(why, { ...blanks, detail: whyDetail })) ||
      explain(row.reason, { ...blanks, detail: row.detail ?? "each in its own way" });
    return {
      ...cause,
      status: "partly_synced",
      connectionId: null,
      contactUrl: null,
      keyName: null,
      remoteAddress: null,
      destination: { id: destinationId, name, state, help: state === "active" ? "retry" : "resume" },
      title: shortened(explained?.sentence ?? ""),
      remedy: explained?.remedy ?? "",
      since: iso(since),
      lastAt: iso(lastAt),
    };
  });
}
