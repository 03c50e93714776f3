import type { Db } from "#db/client.ts";
import type { MemberChanges, Step } from "#db/schema/syncs.ts";
import { untilWritten } from "#db/until-written.ts";
import { NotNow, RetryLater } from "../errors.ts";
import { settleOutcomes } from "../push/settle.ts";
import { type ContactRef, priorities } from "../queue/enqueue.ts";
import { nextDelaySeconds } from "./backoff.ts";
import type { Run, TakenDelivery } from "./lease.ts";
import { stopReason } from "./timeline.ts";

type Seen = {
  memberId: string | null;
  changes?: MemberChanges;
  contact?: { id: string; email: string | null };
};

/** Where deliveries are left that need no reading of their contact. */
export type Left = { status: "filtered" | "held"; reason: string; detail: string | null };

/** How a run ended. A stopped run may have reached the member: then it says what changed before it stopped. */
export type RunResult =
  | ({ kind: "synced"; detail: string } & Seen)
  | ({ kind: "skipped"; reason: string; detail: string | null } & Seen)
  | { kind: "left"; left: Left; memberId?: null; changes?: undefined; contact?: undefined }
  | ({ kind: "stopped"; error: unknown } & Partial<Seen>);

type Verdict = {
  status: string;
  reason: string | null;
  detail: string | null;
  hop: string;
  /** When it is tried again, by the database's clock, which all processes share; both null for never. */
  retryIn: number | null;
  retryAt: Date | null;
  /** The try was not used: the call that it needed was not made. */
  unused?: boolean;
};

/** What waits for a breaker is let go when that closes; should this be missed, it goes on by itself so much later. */
const missedReleaseSeconds = 3_600;
const driftStates: Record<string, string> = { synced: "fixed", failed: "queued", dead: "failed" };
/** Nothing left to change is drift that something else put right; nothing to copy from stays wrong. */
const driftState = ({ status, reason }: Verdict): string =>
  driftStates[status] ?? (reason === "no_change" ? "settled" : "failed");

/** What a stopped run means for one delivery: another try, or the end of them. Decided by the error's type. */
function verdictOf(
  result: RunResult,
  delivery: Pick<TakenDelivery, "attempts" | "attemptsBefore">,
  lastHop: string,
): Verdict {
  const never = { retryIn: null, retryAt: null };
  if (result.kind === "synced")
    return { status: "synced", reason: null, detail: result.detail, hop: "sites", ...never };
  if (result.kind === "skipped") {
    const { reason, detail } = result;
    return { status: "skipped", reason, detail, hop: lastHop, ...never };
  }
  if (result.kind === "left") return { ...result.left, hop: "queue", ...never };
  const told = { ...stopReason(result.error), hop: lastHop };
  if (result.error instanceof NotNow)
    return { status: "failed", ...told, retryIn: null, retryAt: result.error.until, unused: true };
  const mayRetry = result.error instanceof RetryLater || told.reason === "internal";
  const retryIn = mayRetry
    ? nextDelaySeconds(
        delivery.attempts - delivery.attemptsBefore,
        result.error instanceof RetryLater ? result.error.retryAfterSeconds : null,
      )
    : null;
  return { status: retryIn === null ? "dead" : "failed", ...told, retryIn, retryAt: null };
}

/**
 * Ends a run in one statement: steps and result of the run, the outcome of every delivery and drift it took, the next
 * try, and one more run when deliveries came meanwhile. What is right here and still owed to a site goes on running
 * there. A run that was given up by the sweeper in between changes nothing. Nobody else would close the run of a living
 * worker, so this waits for a database that is away.
 */
export async function closeRun(
  db: Db,
  ref: ContactRef,
  run: Run,
  report: { result: RunResult; steps: Step[]; ms: number },
): Promise<void> {
  const { result, steps, ms } = report;
  const lastHop = steps.findLast((step) => step.status !== "warn")?.hop ?? "crm";
  const rows = run.deliveries.map((one) => ({ id: one.deliveryId, ...verdictOf(result, one, lastHop) }));
  const drifts = run.drifts.map(({ driftId, attempts }) => {
    const verdict = verdictOf(result, { attempts, attemptsBefore: 0 }, lastHop);
    return { id: driftId, ...verdict, state: driftState(verdict) };
  });
  const all = [...rows, ...drifts];
  const worst = all.find((row) => row.status === "failed") ?? all[0];
  const isWhole = run.drifts.length > 0 || run.deliveries.some((one) => one.action !== "update_tags");
  const isRight = result.kind === "synced" || (result.kind === "skipped" && result.reason === "no_change");
  await untilWritten(
    () => db.$client`
    with verdicts as (
      select *, coalesce("retryAt", clock_timestamp() + "retryIn" * interval '1 second') as next_at
      from json_to_recordset(${JSON.stringify(all)}::text::json) as v(id uuid, status text, state text, reason text,
        detail text, hop text, "retryIn" float8, "retryAt" timestamptz, unused boolean)
    ), closed as (
      update syncs set finished_at = clock_timestamp(), status = ${worst?.status ?? "synced"},
        attempt = ${Math.max(...[...run.deliveries, ...run.drifts].map((one) => one.attempts))},
        reason = ${worst?.reason ?? null}, detail = ${worst?.detail ?? null}, ms = ${ms},
        member_id = ${result.memberId ?? null}, steps = ${JSON.stringify(steps)}::text::jsonb,
        changes = ${result.changes ? JSON.stringify(result.changes) : null}::text::jsonb
      where id = ${run.syncId} and finished_at is null returning dirty
    ), sites as (
      select bool_or(t.state <> 'idle' or t.part_reason is not null) as owed from push_targets t
      where t.member_id = ${result.memberId ?? null}::uuid
    ), settled as (
      update outcomes o set reason = v.reason, detail = v.detail, hop = v.hop,
        status = case when v.status = 'synced' and sites.owed then 'running' else v.status end,
        attempts = o.attempts - coalesce(v.unused, false)::int, next_retry_at = v.next_at, member_id = coalesce(${result.memberId ?? null}::uuid, o.member_id),
        contact_id = coalesce(o.contact_id, ${result.contact?.id ?? null}),
        email = coalesce(o.email, ${result.contact?.email ?? null}),
        finished_at = case when v.next_at is null then clock_timestamp() end,
        sync_ms = case when v.next_at is null
          then extract(epoch from clock_timestamp() - o.received_at) * 1000 else o.sync_ms end
      from closed, sites, verdicts v
      where o.delivery_id = v.id and o.status = 'running' and o.sync_ids[cardinality(o.sync_ids)] = ${run.syncId}::uuid
      returning o.delivery_id, o.params, o.status
    ), mended as (
      update drifts d set state = v.state, reason = v.reason, detail = v.detail,
        attempts = d.attempts - coalesce(v.unused, false)::int, next_retry_at = v.next_at,
        member_id = coalesce(d.member_id, ${result.memberId ?? null}::uuid),
        finished_at = case when v.state <> 'queued' then clock_timestamp() end
      from closed, verdicts v
      where d.id = v.id and d.state = 'running' and d.sync_id = ${run.syncId}::uuid
    ), settled_drift as (
      update drifts set state = 'settled', sync_id = ${run.syncId}, finished_at = clock_timestamp() from closed
      where ${isWhole && isRight} and connection_id = ${ref.connectionId} and contact_ref = ${ref.contactRef}
        and state = 'open'
    ), again as (
      select enqueue_sync(${ref.connectionId}, ${ref.contactRef}, case when dirty then now() else due_at end,
        case when dirty then ${priorities.update}::int else ${priorities.retry}::int end) as job
      from closed, (
        select min(next_at + case when unused then ${missedReleaseSeconds} else 0 end * interval '1 second') as due_at
        from verdicts) as next
      where dirty or due_at is not null
    )
    select (select count(job) from again) as again,
      (select count(pg_notify('rollcall_outcome', delivery_id::text)) from settled
        where params ? 'waitSeconds' and status <> 'running') as woken`,
  );
  if (result.memberId) await settleOutcomes(db, [result.memberId]);
}

/** Settles deliveries of a run that goes on without them; one that the sweeper gave to another run stays as it is. */
export async function leaveDeliveries(
  db: Db,
  syncId: string,
  deliveryIds: readonly string[],
  left: Left,
): Promise<void> {
  if (deliveryIds.length === 0) return;
  await db.$client`
    with settled as (
      update outcomes set status = ${left.status}, reason = ${left.reason}, detail = ${left.detail}, hop = 'queue',
        finished_at = clock_timestamp()
      where delivery_id in ${db.$client([...deliveryIds])} and status = 'running'
        and sync_ids[cardinality(sync_ids)] = ${syncId}::uuid
      returning delivery_id, params
    )
    select pg_notify('rollcall_outcome', delivery_id::text) from settled where params ? 'waitSeconds'`;
}
