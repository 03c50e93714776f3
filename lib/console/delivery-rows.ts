import { eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { accessKeys, connections } from "#db/schema/connections.ts";
import { commits, deliveries, outcomes } from "#db/schema/deliveries.ts";
import { members } from "#db/schema/members.ts";
import type { Delivery } from "../api/delivery-shapes.ts";
import { crms } from "../crm/registry.ts";
import { siteReason } from "../push/settle.ts";
import { explain, type ReasonCode } from "../reasons.ts";
import { maxAttempts } from "../sync/backoff.ts";
import { dialects, hops, retryableStatuses, type Status, statuses, triggers } from "../words.ts";

type SiteKnown = { id: string; name: string; others: number };

const columns = {
  id: deliveries.id,
  receivedAt: deliveries.receivedAt,
  readMs: deliveries.readMs,
  keyMs: deliveries.keyMs,
  connectionId: deliveries.connectionId,
  connectionName: connections.name,
  kind: connections.kind,
  baseUrl: connections.baseUrl,
  keyId: deliveries.keyId,
  keyName: accessKeys.name,
  dialect: deliveries.dialect,
  action: deliveries.action,
  event: deliveries.event,
  source: deliveries.source,
  trigger: sql<string>`coalesce(${outcomes.trigger}, ${deliveries.trigger})`,
  contactId: sql<string | null>`coalesce(${outcomes.contactId}, ${deliveries.contactId})`,
  email: sql<string | null>`coalesce(${outcomes.email}, ${deliveries.email})`,
  // A body often brings no name; then the member it led to has one.
  name: sql<
    string | null
  >`coalesce(${outcomes.name}, ${deliveries.name}, nullif(trim(${members.firstName} || ' ' || ${members.lastName}), ''))`,
  remoteAddress: deliveries.remoteAddress,
  verdict: deliveries.verdict,
  doorReason: deliveries.reason,
  doorDetail: deliveries.detail,
  outcome: {
    status: outcomes.status,
    reason: outcomes.reason,
    detail: outcomes.detail,
    hop: outcomes.hop,
    contactRef: outcomes.contactRef,
    attempts: outcomes.attempts,
    nextRetryAt: outcomes.nextRetryAt,
    duplicateOf: outcomes.duplicateOf,
    syncIds: outcomes.syncIds,
    memberId: outcomes.memberId,
    floodId: outcomes.floodId,
    syncMs: outcomes.syncMs,
    waitedMs: outcomes.waitedMs,
  },
  site: sql<SiteKnown | null>`case when ${outcomes.status} = 'partly_synced' then (
    select json_build_object('id', wrong.id, 'name', wrong.name, 'others', count(*) over () - 1) from (
      select d.id, d.name, t.due_at, ${siteReason} as why from push_targets t
      join destinations d on d.id = t.destination_id where t.member_id = ${outcomes.memberId}) as wrong
    where why is not null order by why = ${outcomes.reason} desc, due_at limit 1) end`,
  sharedCommit: commits.deliveries,
  committedMs: sql<
    number | null
  >`(extract(epoch from ${commits.committedAt} - ${deliveries.receivedAt}) * 1000)::float8`,
  answeredMs: sql<
    number | null
  >`(extract(epoch from ${commits.answeredAt} - ${deliveries.receivedAt}) * 1000)::float8`,
  collectedMs: sql<
    number | null
  >`(extract(epoch from ${outcomes.collectedAt} - ${deliveries.receivedAt}) * 1000)::float8`,
};

/** Deliveries with all that is known of them, in the order of the ids; ids that are not there are left out. */
export async function loadDeliveries(db: Db, ids: string[]) {
  if (ids.length === 0) return [];
  const rows = await db
    .select(columns)
    .from(deliveries)
    .leftJoin(outcomes, eq(outcomes.deliveryId, deliveries.id))
    .leftJoin(members, eq(members.id, outcomes.memberId))
    .leftJoin(commits, eq(commits.id, deliveries.commitId))
    .leftJoin(connections, eq(connections.id, deliveries.connectionId))
    .leftJoin(accessKeys, eq(accessKeys.id, deliveries.keyId))
    // One parameter instead of one per id: planning hundreds of them over every partition takes longer than the read.
    .where(sql`${deliveries.id} = any(string_to_array(${ids.join(",")}, ',')::uuid[])`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
export type DeliveryRow = Awaited<ReturnType<typeof loadDeliveries>>[number];

/** A stored word as the closed set knows it; one that a newer version wrote reads as the fallback. */
const word = <T extends string>(set: readonly T[], value: string | null | undefined, fallback: T): T =>
  set.find((known) => known === value) ?? fallback;

const rounded = (ms: number | null | undefined): number | null =>
  ms === null || ms === undefined ? null : Math.round(ms * 1000) / 1000;

/** The row of a delivery's outcome, in words: what the door decided counts until a worker collects it. */
export function statusOf(row: DeliveryRow): Status {
  if (row.outcome) return word(statuses, row.outcome.status, "queued");
  return row.verdict === "rejected" || row.verdict === "unreadable" ? row.verdict : "queued";
}

/** A delivery as the API answers it. */
export function deliveryJson(row: DeliveryRow): Delivery {
  const { outcome } = row;
  const status = statusOf(row);
  const kindLabel = row.kind ? crms[row.kind].label : null;
  const reason = (outcome ? outcome.reason : row.doorReason) as ReasonCode | null;
  const detail = outcome ? outcome.detail : row.doorDetail;
  const explained = explain(reason, { crm: kindLabel, site: row.site?.name, detail });
  return {
    id: row.id,
    receivedAt: row.receivedAt.toISOString(),
    connectionId: row.connectionId,
    connectionName: row.connectionName,
    kindLabel,
    keyId: row.keyId,
    keyName: row.keyName,
    dialect: word(dialects, row.dialect, "rollcall"),
    action: row.action,
    event: row.event,
    source: row.source,
    trigger: word(triggers, row.trigger, "unknown"),
    contactId: row.contactId,
    email: row.email,
    name: row.name,
    remoteAddress: row.remoteAddress,
    status,
    hop: outcome ? word(hops, outcome.hop, "queue") : status === "queued" ? "queue" : "door",
    reason,
    detail,
    sentence: explained?.sentence ?? null,
    remedy: explained?.remedy ?? null,
    ackMs: rounded(outcome?.waitedMs ?? row.answeredMs),
    syncMs: rounded(outcome?.syncMs),
    attempts: outcome?.attempts ?? 0,
    maxAttempts,
    nextRetryAt: outcome?.nextRetryAt?.toISOString() ?? null,
    duplicateOf: outcome?.duplicateOf ?? null,
    floodId: outcome?.floodId ?? null,
    memberId: outcome?.memberId ?? null,
    site: row.site,
    canRetry: isRetryable(row),
  };
}

/** Whether a person may run a delivery again now; the UPDATE of the retry demands the same. */
const isRetryable = ({ outcome, kind }: DeliveryRow): boolean =>
  outcome !== null &&
  kind !== null &&
  outcome.contactRef !== null &&
  retryableStatuses.some((status) => status === outcome.status);
