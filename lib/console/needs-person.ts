import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { connections } from "#db/schema/connections.ts";
import type { Overview } from "../api/overview-shapes.ts";
import { crms } from "../crm/registry.ts";
import { uuidv7Floor } from "../ids.ts";
import { explain, type ReasonCode } from "../reasons.ts";
import type { Status } from "../words.ts";

type Row = {
  status: Status;
  reason: ReasonCode;
  detail: string | null;
  connectionId: string | null;
  kind: typeof connections.$inferSelect.kind | null;
  count: number;
  since: string;
  lastAt: string;
  sampleId: string;
};

/**
 * What waits for a person, the most frequent first: everything that gave up, and what the door turned away since
 * `from`, grouped by what went wrong. Calls of a flood are left out: nobody has to do anything about one.
 */
export async function readNeedsPerson(db: Db, from: Date): Promise<Overview["needsPerson"]> {
  const rows = await db.execute<Row>(sql`
    select o.status, o.reason, o.detail, o.connection_id as "connectionId", c.kind, count(*)::int as count,
      min(o.received_at) as since, max(o.received_at) as "lastAt", max(o.delivery_id::text) as "sampleId"
    from outcomes o left join connections c on c.id = o.connection_id
    where o.reason is not null and (o.status = 'dead' or (o.status in ('rejected', 'unreadable')
      and o.delivery_id >= ${uuidv7Floor(from)}::uuid and o.reason <> 'too_many_calls'))
    group by 1, 2, 3, 4, 5 order by count desc, "lastAt" desc limit 50`);
  return rows.map(({ kind, since, lastAt, ...row }) => {
    const explained = explain(row.reason, { crm: kind && crms[kind].label, detail: row.detail });
    return {
      ...row,
      destination: null,
      title: shortened(explained?.sentence ?? ""),
      remedy: explained?.remedy ?? "",
      since: new Date(since).toISOString(),
      lastAt: new Date(lastAt).toISOString(),
    };
  });
}

/** A reason's sentence without the hop that stands in front of it; a host name at its beginning stays as it is. */
export function shortened(sentence: string): string {
  const rest = sentence.replace(/^[A-Z][^:“]{0,40}: /, "");
  return /^\S+\.\S/.test(rest) ? rest : rest.charAt(0).toUpperCase() + rest.slice(1);
}
