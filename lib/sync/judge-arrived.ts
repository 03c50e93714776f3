import type postgres from "postgres";
import { priorities } from "../queue/enqueue.ts";
import { callsEach, fullBatch } from "./flood-pace.ts";

/** The backlog of a connection is counted up to here; it opens the window fully long before. */
const mostCounted = 5_000;

/** What one round took from the inbox, in order of ids, of which there is one or more. */
export type Arrived = {
  ids: readonly string[];
  /** The first and last of them: they tell which days' tables need no look, which a list of ids does not. */
  first: string;
  last: string;
};

/** What one round did: whom it wakes, and the connections whose rate it counted. */
export type Round = { waking: string[]; counted: string[] };

/**
 * Judges deliveries, places them in floods and batches, finds duplicates among those that wait (`waiting`, which the
 * caller has locked) and among themselves, settles them all, and adds the jobs; one statement of the caller's
 * transaction. A duplicate adds no work, but moves the quiet window of the run that covers it. The statement locks no
 * row that others change: PostgreSQL 18 (18.4) crashes when it has to look again at such a row in a statement that also
 * writes in its `with` (seen with two collectors at work).
 */
export async function judgeArrived(
  tx: postgres.TransactionSql,
  { ids, first, last }: Arrived,
  waiting: readonly string[],
): Promise<Round> {
  const [round] = await tx<Round[]>`
    with arrived as (
      select d.id, d.received_at, d.connection_id, d.key_id, d.dialect, d.action, d.trigger, d.contact_id, d.email,
        d.name, d.event, d.list_id, d.verdict, d.reason, d.detail, d.params,
        coalesce(d.contact_id, 'email:' || lower(d.email)) as contact_ref, c.id as found_connection, c.mode,
        c.list_id as own_list,
        d.params - 'waitSeconds' as asked
      from deliveries d left join connections c on c.id = d.connection_id
      where d.id = any(${tx.array([...ids])}::uuid[]) and d.id between ${first} and ${last}
    ), judged as (
      select *, case
          when verdict <> 'accepted' then verdict
          when found_connection is null then 'dead'
          when trigger = 'person' then 'queued'
          when action = 'observe' then 'filtered'
          when trigger = 'event' and mode = 'automation' then 'filtered'
          when trigger = 'event' and own_list is not null and list_id not in ('0', own_list) then 'filtered'
          else 'queued' end as status
      from arrived
    ), flooding as (
      select id, connection_id, kind, state, takes_adds, actor, reason as why from floods
      where ended_at is null and kind = 'flood'
        and connection_id in (select connection_id from judged where status = 'queued')
    ), batching as (
      insert into floods as f (id, connection_id, kind, state, opened_at, last_at, due_at)
      select uuid_v7(), c.id, 'batch', 'pacing', clock_timestamp(), clock_timestamp(),
        clock_timestamp() + c.batch_delay_seconds * interval '1 second'
      from connections c where c.id in (
        select connection_id from judged where status = 'queued' and action = 'batch_sync' and trigger <> 'person')
      on conflict (connection_id, kind) where ended_at is null do update set last_at = excluded.last_at
      returning f.id, f.connection_id, f.kind, f.state, f.takes_adds, f.actor, f.reason as why
    ), placed as (
      select j.*, f.id as flood_id, f.state as flood_state, f.actor as flood_actor, f.why as flood_reason
      from judged j left join (select * from flooding union all select * from batching) f
        on f.connection_id = j.connection_id and j.status = 'queued' and j.trigger <> 'person'
          and case when j.action = 'batch_sync' then f.kind = 'batch'
            else f.kind = 'flood' and (j.action <> 'add' or f.takes_adds) end
    ), waiting as (
      select o.delivery_id, o.connection_id, o.contact_ref, o.action, o.trigger, o.flood_id, o.params - 'waitSeconds' as asked
      from outcomes o where o.delivery_id = any(${tx.array([...waiting])}::uuid[]) and o.status = 'queued'
    ), requests as (
      -- Whether an event may make the member is its connection's decision: it asks for something else than an automation.
      select id, status, connection_id, contact_ref, action, trigger = 'event' as event, asked, flood_id, false as waits
      from placed
      union all
      select delivery_id, 'queued', connection_id, contact_ref, action, trigger = 'event', asked, flood_id, true from waiting
    ), covered as materialized (
      -- By sorting, so that a round takes as long as it has deliveries, however many wait.
      select id, waits, coalesce(
          min(id::text) filter (where waits and flood_id is null) over same,
          min(id::text) filter (where waits) over same_flood,
          nullif(min(id::text) filter (where not waits) over same_flood, id::text))::uuid as covered_by
      from requests
      window same as (partition by status, connection_id, contact_ref, action, event, asked),
        same_flood as (partition by status, connection_id, contact_ref, action, event, asked, flood_id)
    ), ranked as (
      select p.*, case when p.status = 'queued' and p.trigger <> 'person' and not p.params ? 'waitSeconds'
          and p.flood_state is distinct from 'held' and p.flood_state is distinct from 'dropped'
          then c.covered_by end as duplicate_of
      from placed p join covered c on c.id = p.id and not c.waits
    ), settled as (
      insert into outcomes (delivery_id, received_at, connection_id, key_id, dialect, action, trigger, contact_ref,
        contact_id, email, name, params, status, reason, detail, hop, duplicate_of, flood_id, collected_at, finished_at)
      select id, received_at, connection_id, key_id, dialect, action, trigger, contact_ref, contact_id, email, name, params,
        case when duplicate_of is not null then 'duplicate' when flood_state = 'held' then 'held'
          when flood_state = 'dropped' then 'filtered' else status end,
        case
          when duplicate_of is not null then 'same_request_waiting'
          when flood_state = 'held' then 'flood_held'
          when flood_state = 'dropped' then 'flood_dropped'
          when status = 'dead' then 'no_connection'
          when status <> 'filtered' then reason
          when action = 'observe' then 'event_observed'
          when mode = 'automation' then 'mode_automation'
          else 'list_other' end,
        case when duplicate_of is not null then detail
          when flood_state = 'held' then coalesce(flood_actor, 'this connection')
          when flood_state = 'dropped' then concat_ws(', ', flood_reason, flood_actor)
          when status <> 'filtered' then detail when action = 'observe' then event
          when mode <> 'automation' then list_id end,
        case when verdict <> 'accepted' then 'door' else 'queue' end,
        duplicate_of, flood_id, clock_timestamp(),
        case when status = 'queued' and duplicate_of is null and flood_state is distinct from 'dropped' then null
          else clock_timestamp() end
      from ranked
      on conflict (delivery_id) do nothing
      returning delivery_id, connection_id, contact_ref, key_id, received_at, status, action, trigger, params, flood_id
    ), paces as materialized (
      select c.id, c.quiet_ms, c.max_wait_ms, 1000 * (backlog.contacts * case c.sideload
          when 'no' then ${callsEach}::float8 else ${1 / fullBatch}::float8 end
        / least(c.calls_per_second, c.calls_per_minute / 60.0) - 1) as backlog_ms
      from connections c, lateral (select count(*) as contacts from (
        select from outcomes o where o.connection_id = c.id and o.status = 'queued' and o.flood_id is null
        limit ${mostCounted}) as behind) as backlog
      where c.id in (select connection_id from settled where flood_id is null
        and (status = 'queued' or (status = 'duplicate' and c.quiet_ms > 0)))
    ), due as (
      select s.connection_id, s.contact_ref, min(p.max_wait_ms) as most,
        min(case when s.trigger = 'person' then ${priorities.person}::int
          when s.action = 'add' then ${priorities.add}::int else ${priorities.update}::int end) as urgency,
        min(least(p.max_wait_ms, case when s.trigger = 'person' or s.params ? 'waitSeconds' then 0
          when s.action = 'add' then p.quiet_ms else greatest(p.quiet_ms, p.backlog_ms) end)) as wait_ms
      from settled s join paces p on p.id = s.connection_id
      where s.flood_id is null and (s.status = 'queued' or (s.status = 'duplicate' and p.quiet_ms > 0)) group by 1, 2
    ), jobs as (
      select enqueue_syncs(array_agg(connection_id), array_agg(contact_ref),
        array_agg(now() + wait_ms * interval '1 millisecond'), array_agg(urgency),
        array_agg(case when wait_ms > 0 then most * interval '1 millisecond' end)) as added
      from due
    ), used as (
      insert into key_uses as u (key_id, day, uses)
      select key_id, (received_at at time zone 'UTC')::date, count(*) from settled
      where key_id is not null group by 1, 2 order by 1, 2
      on conflict (key_id, day) do update set uses = u.uses + excluded.uses
    ), counted as (
      insert into flood_rates as r (connection_id, at, deliveries, adds)
      select connection_id, date_bin('10 seconds', received_at, 'epoch'), count(*), count(*) filter (where action = 'add')
      from settled
      where trigger <> 'person' and action <> 'batch_sync' and connection_id is not null
        and (status in ('queued', 'held', 'duplicate') or flood_id is not null)
      group by 1, 2 order by 1, 2
      on conflict (connection_id, at) do update set deliveries = r.deliveries + excluded.deliveries,
        adds = r.adds + excluded.adds
      returning connection_id
    )
    select coalesce(array_agg(delivery_id) filter (where params ? 'waitSeconds' and status <> 'queued'), '{}') as waking,
      coalesce((select array_agg(distinct connection_id) from counted), '{}') as counted
    from settled, (select count(added) from jobs) as added`;
  return round ?? { waking: [], counted: [] };
}
