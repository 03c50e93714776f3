import type postgres from "postgres";
import type { MemberChanges, Step } from "#db/schema/syncs.ts";
import { untilWritten } from "#db/until-written.ts";
import { settleOutcomes } from "../push/settle.ts";
import { type ContactRef, priorities } from "../queue/enqueue.ts";
import { together } from "./together.ts";
import type { Verdict } from "./verdict.ts";

/** How a run ended, for itself and for what it took. */
export type Closing = ContactRef & {
  syncId: string;
  status: string;
  reason: string | null;
  detail: string | null;
  attempt: number;
  ms: number;
  steps: Step[];
  changes: MemberChanges | null;
  memberId: string | null;
  contact: { id: string; email: string | null } | null;
  /** The contact was brought up to date as a whole: drift that was only reported is gone too. */
  settlesDrift: boolean;
  deliveries: (Verdict & { id: string })[];
  drifts: (Verdict & { id: string; state: string })[];
};

type Tx = postgres.TransactionSql;

/** What waits for a breaker is let go when that closes; should this be missed, it goes on by itself so much later. */
const missedReleaseSeconds = 3_600;

/** Ends a group of runs in one transaction, again and again while the database is away. Safe to repeat. */
export const closeTogether = together<Closing, true>(async (db, closings) => {
  const atSites = await untilWritten(() => db.$client.begin((tx) => closeRuns(tx, closings)));
  await settleOutcomes(db, atSites);
  return closings.map(() => true as const);
});

/** Resolves with the members whose deliveries wait at the sites, or are only partly synced. */
async function closeRuns(tx: Tx, closings: readonly Closing[]): Promise<string[]> {
  const runs = JSON.stringify(closings.map(runRow));
  const deliveries = JSON.stringify(
    closings.flatMap((one) => one.deliveries.map((row) => verdictRow(one, row))),
  );
  const drifts = JSON.stringify(closings.flatMap((one) => one.drifts.map((row) => verdictRow(one, row))));
  const withDrift = closings.some((one) => one.drifts.length > 0);
  // Sent all at once, in this order, which PostgreSQL keeps.
  const [open, , settled, , , atSites] = await Promise.all([
    lockRuns(tx, runs),
    endRuns(tx, runs),
    settleDeliveries(tx, deliveries),
    withDrift && settleDrifts(tx, drifts),
    closings.some((one) => one.settlesDrift) && settleReported(tx, runs),
    membersAtSites(tx, runs),
  ]);
  const dirty = new Set(open.flatMap((run) => (run.dirty ? run.id : [])));
  const still = new Set(open.map((run) => run.id));
  const woken = settled.flatMap((row) => (row.waits && row.status !== "running" ? row.id : []));
  const again = closings.flatMap((one) => (still.has(one.syncId) ? againOf(one, dirty.has(one.syncId)) : []));
  await Promise.all([
    again.length > 0 && runAgain(tx, again),
    woken.length > 0 &&
      tx`select pg_notify('rollcall_outcome', value) from json_array_elements_text(${JSON.stringify(woken)}::text::json)`,
  ]);
  return atSites.map((row) => row.member);
}

const runRow = (one: Closing) => ({
  id: one.syncId,
  connection: one.connectionId,
  ref: one.contactRef,
  status: one.status,
  reason: one.reason,
  detail: one.detail,
  attempt: one.attempt,
  ms: one.ms,
  member: one.memberId,
  steps: one.steps,
  changes: one.changes,
  right: one.settlesDrift,
});

const verdictRow = (one: Closing, row: Verdict & { id: string; state?: string }) => ({
  ...row,
  run: one.syncId,
  member: one.memberId,
  contact: one.contact?.id ?? null,
  email: one.contact?.email ?? null,
});

/** One order for all, and the order in which runs are opened. */
const lockRuns = (tx: Tx, runs: string) => tx<{ id: string; dirty: boolean }[]>`
  select id, dirty from syncs
  where id in (select id from json_to_recordset(${runs}::text::json) as r(id uuid)) and finished_at is null
  order by connection_id, contact_ref for update`;

const endRuns = (tx: Tx, runs: string) => tx`
  update syncs s set finished_at = clock_timestamp(), status = r.status, reason = r.reason, detail = r.detail,
    attempt = r.attempt, ms = r.ms, member_id = r.member, steps = r.steps, changes = r.changes
  from json_to_recordset(${runs}::text::json) as r(id uuid, status text, reason text, detail text, attempt int, ms real,
    member uuid, steps jsonb, changes jsonb)
  where s.id = r.id and s.finished_at is null`;

/** What was taken by another run since is left alone. Where no site knows the member, `owed` is null: it ends there. */
const settleDeliveries = (tx: Tx, verdicts: string) => tx<{ id: string; waits: boolean; status: string }[]>`
  update outcomes o set reason = v.reason, detail = v.detail,
    hop = case when v.status = 'synced' and v.owed is null then 'member' else v.hop end,
    status = case when v.status = 'synced' and v.owed then 'running' else v.status end,
    attempts = o.attempts - coalesce(v.unused, false)::int, next_retry_at = v.next_at,
    member_id = coalesce(v.member, o.member_id), contact_id = coalesce(o.contact_id, v.contact),
    email = coalesce(o.email, v.email), finished_at = case when v.next_at is null then clock_timestamp() end,
    sync_ms = case when v.next_at is null
      then extract(epoch from clock_timestamp() - o.received_at) * 1000 else o.sync_ms end
  from (
    select r.*, coalesce("retryAt", clock_timestamp() + "retryIn" * interval '1 second') as next_at,
      (select bool_or(t.state <> 'idle' or t.part_reason is not null) from push_targets t
        where t.member_id = r.member) as owed
    from json_to_recordset(${verdicts}::text::json) as r(id uuid, run uuid, member uuid, contact text, email text,
      status text, reason text, detail text, hop text, "retryIn" float8, "retryAt" timestamptz, unused boolean)
  ) as v
  where o.delivery_id = v.id and o.status = 'running' and o.sync_ids[cardinality(o.sync_ids)] = v.run
  returning o.delivery_id as id, o.params ? 'waitSeconds' as waits, o.status`;

const settleDrifts = (tx: Tx, verdicts: string) => tx`
  update drifts d set state = v.state, reason = v.reason, detail = v.detail,
    attempts = d.attempts - coalesce(v.unused, false)::int,
    next_retry_at = coalesce(v."retryAt", clock_timestamp() + v."retryIn" * interval '1 second'),
    member_id = coalesce(d.member_id, v.member),
    finished_at = case when v.state <> 'queued' then clock_timestamp() end
  from json_to_recordset(${verdicts}::text::json) as v(id uuid, run uuid, member uuid, state text, reason text,
    detail text, "retryIn" float8, "retryAt" timestamptz, unused boolean)
  where d.id = v.id and d.state = 'running' and d.sync_id = v.run`;

/** Drift that nobody asked to mend, of contacts that were brought up to date. */
const settleReported = (tx: Tx, runs: string) => tx`
  update drifts d set state = 'settled', sync_id = r.id, finished_at = clock_timestamp()
  from json_to_recordset(${runs}::text::json) as r(id uuid, connection uuid, ref text, "right" boolean)
  where r."right" and d.connection_id = r.connection and d.contact_ref = r.ref and d.state = 'open'`;

const membersAtSites = (tx: Tx, runs: string) => tx<{ member: string }[]>`
  select distinct o.member_id as member from outcomes o
  where o.member_id in (select member from json_to_recordset(${runs}::text::json) as r(member uuid))
    and (o.status = 'partly_synced' or (o.status = 'running' and o.hop = 'sites'))`;

type Again = { connection: string; ref: string; now: boolean; retryIn: number | null; retryAt: Date | null };

/** The next run of a contact: at once when deliveries came meanwhile, else at the earliest next try, if there is one. */
function againOf({ connectionId, contactRef, deliveries, drifts }: Closing, dirty: boolean): Again[] {
  const place = { connection: connectionId, ref: contactRef };
  if (dirty) return [{ ...place, now: true, retryIn: null, retryAt: null }];
  return [...deliveries, ...drifts]
    .filter(({ retryIn, retryAt }) => retryIn !== null || retryAt !== null)
    .map(({ retryIn, retryAt, unused }) => ({
      ...place,
      now: false,
      retryIn: (retryIn ?? 0) + (unused ? missedReleaseSeconds : 0),
      retryAt,
    }));
}

const runAgain = (tx: Tx, again: readonly Again[]) => tx`
  select enqueue_syncs(array_agg(connection), array_agg(ref), array_agg(due),
    array_agg(case when soon then ${priorities.update}::int else ${priorities.retry}::int end), array_agg(null::interval))
  from (
    select connection, ref, bool_or("now") as soon,
      min(case when "now" then now()
        else coalesce("retryAt", clock_timestamp()) + coalesce("retryIn", 0) * interval '1 second' end) as due
    from json_to_recordset(${JSON.stringify(again)}::text::json)
      as r(connection uuid, ref text, "now" boolean, "retryIn" float8, "retryAt" timestamptz)
    group by 1, 2
  ) as next`;
