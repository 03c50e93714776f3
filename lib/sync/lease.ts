import type postgres from "postgres";
import type { Db } from "#db/client.ts";
import type { DeliveryParams } from "#db/schema/deliveries.ts";
import { untilWritten } from "#db/until-written.ts";
import { type ContactRef, priorities } from "../queue/enqueue.ts";
import type { Action, Trigger } from "../words.ts";
import { knownAs } from "./at-work.ts";
import { together } from "./together.ts";

/** A delivery that a run covers. `attempts` counts this run too. */
export type TakenDelivery = {
  deliveryId: string;
  action: Action;
  trigger: Trigger;
  params: DeliveryParams;
  attempts: number;
  attemptsBefore: number;
};

/** Drift that a run is to put right; `creates` when it may make the member. */
export type TakenDrift = { driftId: string; attempts: number; creates: boolean };

/** `memberId` is whom the contact is linked to: a hint that spares looking for the place. */
export type Run = {
  syncId: string;
  memberId: string | null;
  deliveries: TakenDelivery[];
  drifts: TakenDrift[];
};

type Taken = ContactRef & { syncId: string; memberId: string | null; driftKind: string | null } & (
    | TakenDelivery
    | { deliveryId: null }
  );

/**
 * Opens the one run that each of these contacts may have, and takes every delivery and drift that waits for it. A
 * contact is left out when another run is open (it is marked dirty and will be followed by one more) or nothing waits.
 * One statement: a delivery that comes while it waits for the other run's end has a job of its own. No contact may be
 * named twice.
 */
export async function openRuns(
  sql: postgres.ISql,
  refs: readonly ContactRef[],
  workerId: string,
): Promise<(Run & ContactRef)[]> {
  knownAs(workerId);
  const taken = await sql<Taken[]>`
    with wanted as (
      select uuid_v7() as id, "connectionId" as connection_id, "contactRef" as contact_ref
      from json_to_recordset(${JSON.stringify(refs)}::text::json) as w("connectionId" uuid, "contactRef" text)
    ), lease as (
      insert into syncs as s (id, connection_id, contact_ref, worker_id, started_at, status)
      select id, connection_id, contact_ref, ${workerId}, clock_timestamp(), 'running' from wanted
      order by connection_id, contact_ref
      on conflict (connection_id, contact_ref) where finished_at is null do update set dirty = true
      returning s.id
    ), opened as (
      select w.* from wanted w join lease l on l.id = w.id
    ), called as (
      update outcomes o set status = 'running', hop = 'crm', attempts = attempts + 1, next_retry_at = null,
        sync_ids = sync_ids || w.id
      from opened w where o.connection_id = w.connection_id and o.contact_ref = w.contact_ref
        and o.status in ('queued', 'failed')
      returning w.id, o.delivery_id, o.action, o.trigger, o.params, o.attempts, o.attempts_before
    ), drifted as (
      update drifts d set state = 'running', attempts = attempts + 1, next_retry_at = null, sync_id = w.id
      from opened w where d.connection_id = w.connection_id and d.contact_ref = w.contact_ref and d.state = 'queued'
      returning w.id, d.id as drift_id, d.attempts, d.kind
    ), taken as (
      select id, delivery_id, action, trigger, params, attempts, attempts_before, null as kind from called
      union all select id, drift_id, null, null, null, attempts, 0, kind from drifted
    )
    select o.id as "syncId", o.connection_id as "connectionId", o.contact_ref as "contactRef", t.delivery_id as "deliveryId",
      t.action, t.trigger, t.params, t.attempts, t.attempts_before as "attemptsBefore", t.kind as "driftKind",
      l.member_id as "memberId"
    from opened o left join taken t on t.id = o.id
      left join member_contacts l on l.connection_id = o.connection_id and l.contact_id = o.contact_ref`;
  const byRun = [...Map.groupBy(taken, (one) => one.syncId)].map(([id, rows]) => ({ id, run: runOf(rows) }));
  const empty = byRun.filter(({ run }) => run === null).map(({ id }) => id);
  // Whoever marked an empty run dirty relies on it to be followed by one more.
  if (empty.length > 0) {
    await sql`
      with gone as (
        delete from syncs where id in ${sql(empty)} and finished_at is null
        returning connection_id, contact_ref, dirty)
      select enqueue_sync(connection_id, contact_ref, now(), ${priorities.update}::int) from gone where dirty`;
  }
  return byRun.flatMap(({ run }) => run ?? []);
}

function runOf(rows: readonly Taken[]): (Run & ContactRef) | null {
  const [first] = rows;
  const taken = rows.filter((row) => row.deliveryId !== null);
  if (!first || taken.length === 0) return null;
  const { syncId, memberId, connectionId, contactRef } = first;
  const deliveries = taken
    .filter((one) => one.driftKind === null)
    .map(({ deliveryId, action, trigger, params, attempts, attemptsBefore }) => ({
      deliveryId,
      action,
      trigger,
      params,
      attempts,
      attemptsBefore,
    }))
    .sort((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
  const drifts = taken.flatMap(({ deliveryId, attempts, driftKind }) =>
    driftKind === null ? [] : [{ driftId: deliveryId, attempts, creates: driftKind === "unknown" }],
  );
  return { syncId, memberId, connectionId, contactRef, deliveries, drifts };
}

const openTogether = together(async (db, wanted: readonly (ContactRef & { workerId: string })[]) => {
  const nameOf = ({ connectionId, contactRef }: ContactRef) => `${connectionId} ${contactRef}`;
  const byWorker = Map.groupBy(wanted, (one) => one.workerId);
  const opened = new Map<string, Run>();
  for (const [workerId, refs] of byWorker) {
    const distinct = [...new Map(refs.map((ref) => [nameOf(ref), ref])).values()];
    const runs = await untilWritten(() => openRuns(db.$client, distinct, workerId));
    for (const run of runs) opened.set(`${workerId} ${nameOf(run)}`, run);
  }
  return wanted.map((one) => {
    const name = `${one.workerId} ${nameOf(one)}`;
    const run = opened.get(name) ?? null;
    opened.delete(name);
    return run;
  });
});

/** Opens the run of one contact; null when it has one already or nothing waits. */
export function openRun(db: Db, ref: ContactRef, workerId: string): Promise<Run | null> {
  return openTogether(db, { ...ref, workerId });
}
