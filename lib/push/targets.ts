import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { ShownView } from "../destinations/contract.ts";
import { budgetOf } from "./open-destination.ts";

/** One member that a pump has taken to push. `attempts` counts this push too. */
export type Target = {
  memberId: string;
  version: number;
  /** When the wish came, in milliseconds since 1970. */
  wantedMs: number;
  attempts: number;
  want: "push" | "unlink";
  forced: boolean;
  externalId: string | null;
  memory: Record<string, string>;
  digest: string | null;
  sent: ShownView | null;
  partReason: string | null;
  password: Buffer | null;
  passwordWhy: "new" | "reset" | null;
  syncIds: string[];
};

/** The site said "not before": its members wait where a person sees them, not in a line for its next slot. */
const asksForSilence = sql`exists (
  select from budgets b where b.account = 'site ' || destinations.id and b.paused_until > clock_timestamp())`;

/**
 * Takes up to `count` targets that are due, the most urgent first, for the pump that holds the destination; none when
 * it holds it no longer. What it takes is its own until it is settled or the pump is gone.
 */
export async function takeTargets(
  db: Db,
  destinationId: string,
  pumpId: string,
  count: number,
): Promise<Target[]> {
  return db.execute<Target>(sql`
    with held as (
      update destinations set pump_beat_at = clock_timestamp()
      where id = ${destinationId} and pump_id = ${pumpId} and state = 'active' and not ${asksForSilence} returning id
    ), next as (
      select t.member_id from push_targets t join held on held.id = t.destination_id
      where t.state in ('due', 'failed') and t.due_at <= clock_timestamp()
      order by t.priority, t.due_at limit ${count} for update of t skip locked
    )
    update push_targets t set state = 'running', pump_id = ${pumpId}, attempts = attempts + 1 from next
    where t.destination_id = ${destinationId} and t.member_id = next.member_id
    returning t.member_id as "memberId", version,
      (extract(epoch from wanted_at) * 1000)::float8 as "wantedMs", attempts, want, forced, external_id as "externalId", memory, digest, sent,
      part_reason as "partReason", password, password_why as "passwordWhy", sync_ids as "syncIds"`);
}

/** A pump that was not heard of for so long is gone. */
const goneSeconds = 15;

/** Takes hold of a destination that no living pump holds, and gives back what the last one left running. */
export async function holdDestination(db: Db, destinationId: string, pumpId: string): Promise<boolean> {
  const held = await db.execute(sql`
    update destinations set pump_id = ${pumpId}, pump_beat_at = clock_timestamp()
    where id = ${destinationId} and state = 'active'
      and (pump_id is null or pump_beat_at < clock_timestamp() - ${goneSeconds}::int * interval '1 second')
    returning id`);
  if (held.length === 0) return false;
  await db.execute(sql`
    update push_targets set state = 'due', attempts = greatest(attempts - 1, 0), pump_id = null
    where destination_id = ${destinationId} and state = 'running' and pump_id is distinct from ${pumpId}::uuid`);
  return true;
}

/** Says that the pump lives; false when the destination is another's, or nothing is to be pushed there. */
export async function beat(db: Db, destinationId: string, pumpId: string): Promise<boolean> {
  const [held] = await db.execute<{ state: string }>(sql`
    update destinations set pump_beat_at = clock_timestamp() where id = ${destinationId} and pump_id = ${pumpId}
    returning state`);
  return held?.state === "active";
}

/** Whether the pump may still push there, at this very moment. */
export async function holdsDestination(db: Db, destinationId: string, pumpId: string): Promise<boolean> {
  const held = await db.execute(sql`
    select from destinations where id = ${destinationId} and pump_id = ${pumpId} and state = 'active'`);
  return held.length > 0;
}

/** Until when the site asked for silence; null when it did not, or the time is over. */
export async function silenceOf(db: Db, destinationId: string): Promise<Date | null> {
  const [row] = await db.execute<{ until: string }>(sql`
    select paused_until as until from budgets
    where account = ${budgetOf(destinationId)} and paused_until > clock_timestamp()`);
  return row ? new Date(row.until) : null;
}

/** A member that was taken and not pushed is due as before; the try does not count. */
export async function giveBack(
  db: Db,
  destinationId: string,
  pumpId: string,
  memberId: string,
): Promise<void> {
  await db.execute(sql`
    update push_targets set state = 'due', attempts = greatest(attempts - 1, 0), pump_id = null
    where destination_id = ${destinationId} and member_id = ${memberId} and state = 'running' and pump_id = ${pumpId}`);
}

/** Nobody is there to be pushed any more. */
export async function forgetTarget(
  db: Db,
  destinationId: string,
  pumpId: string,
  memberId: string,
): Promise<void> {
  await db.execute(sql`
    delete from push_targets
    where destination_id = ${destinationId} and member_id = ${memberId} and pump_id = ${pumpId}`);
}

export async function releaseDestination(db: Db, destinationId: string, pumpId: string): Promise<void> {
  await db.execute(sql`
    update destinations set pump_id = null, pump_beat_at = null where id = ${destinationId} and pump_id = ${pumpId}`);
}

/** Destinations that have something due and nobody who works for them. */
export async function waitingDestinations(db: Db): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select id from destinations
    where state = 'active' and not ${asksForSilence}
      and (pump_id is null or pump_beat_at < clock_timestamp() - ${goneSeconds}::int * interval '1 second')
      and (exists (select from push_targets t where t.destination_id = destinations.id and t.state in ('due', 'failed')
          and t.due_at <= clock_timestamp())
        or exists (select from push_targets t where t.destination_id = destinations.id and t.state = 'running'))
      and not exists (select from breakers b where b.key = 'site:' || destinations.id and b.opened_at is not null
        and greatest(b.probe_at, b.probe_ends_at) > clock_timestamp())`);
  return rows.map((row) => row.id);
}
