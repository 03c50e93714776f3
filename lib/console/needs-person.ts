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
  baseUrl: string | null;
  contactId: string | null;
  keyName: string | null;
  remoteAddress: string | null;
  kind: typeof connections.$inferSelect.kind | null;
  count: number;
  since: string;
  lastAt: string;
  sampleId: string;
};

/**
 * What waits for a person, the most frequent first: everything that gave up, and what the door turned away since
 * `from`, grouped by what went wrong and what cannot be read by the key it came with. Calls of a flood are left out: nobody has to do anything about one.
 */
export async function readNeedsPerson(db: Db, from: Date): Promise<Overview["needsPerson"]> {
  const rows = await db.execute<Row>(sql`
    select cause.*, c.kind, c.base_url as "baseUrl", k.name as "keyName", d.remote_address as "remoteAddress"
    from (
      select o.status, o.reason, o.detail, o.connection_id as "connectionId",
        case when o.status = 'unreadable' then o.key_id end as key_id, count(*)::int as count,
        case when count(distinct o.contact_id) = 1 then min(o.contact_id) end as "contactId",
        min(o.received_at) as since, max(o.received_at) as "lastAt", max(o.delivery_id::text) as "sampleId"
      from outcomes o
      where o.reason is not null and (o.status = 'dead' or (o.status in ('rejected', 'unreadable')
        and o.delivery_id >= ${uuidv7Floor(from)}::uuid and o.reason <> 'too_many_calls'))
      group by 1, 2, 3, 4, 5 order by count desc, "lastAt" desc limit 50) as cause
    left join connections c on c.id = cause."connectionId"
    left join access_keys k on k.id = cause.key_id
    left join deliveries d on cause.reason = 'no_such_key' and d.id = cause."sampleId"::uuid
    order by count desc, "lastAt" desc`);
  return rows.map(({ kind, baseUrl, contactId, since, lastAt, ...row }) => {
    const explained = explain(row.reason, { crm: kind && crms[kind].label, detail: row.detail });
    return {
      ...row,
      destination: null,
      contactUrl:
        explained?.family === "member" && kind && baseUrl && contactId
          ? crms[kind].contactUrl(baseUrl, contactId)
          : null,
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
