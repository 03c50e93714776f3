import type { Db } from "#db/client.ts";
import { priorities } from "../queue/enqueue.ts";

/** How many inbox rows (group commits of the door) one statement takes. */
const commitsPerRound = 50;

/**
 * Takes what the door recorded since: decides for each delivery whether it counts, and adds one sync job per contact.
 * One statement, so a crash leaves the inbox as it was; several processes share the work by skipping locked rows.
 * A delivery is a duplicate only when that loses nothing: the same request for the contact is still waiting (its row is
 * locked here, so a run cannot begin before this is settled), and one run will cover both.
 * Resolves with the number of deliveries taken.
 */
export async function collect(db: Db): Promise<number> {
  const rows = await db.$client<{ deliveryId: string; wakes: boolean }[]>`
    with taken as (
      delete from inbox where id in (select id from inbox order by id limit ${commitsPerRound} for update skip locked)
      returning delivery_ids
    ), arrived as (
      select d.id, d.received_at, d.connection_id, d.key_id, d.dialect, d.action, d.trigger, d.contact_id, d.email,
        d.name, d.event, d.list_id, d.verdict, d.reason, d.detail, d.params,
        coalesce(d.contact_id, 'email:' || lower(d.email)) as contact_ref, c.id as found_connection, c.mode,
        c.list_id as own_list,
        d.params - 'waitSeconds' as asked
      from taken, unnest(taken.delivery_ids) as t(id) join deliveries d on d.id = t.id
        left join connections c on c.id = d.connection_id
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
    ), waiting as (
      select o.delivery_id, o.connection_id, o.contact_ref, o.action, o.params - 'waitSeconds' as asked
      from outcomes o
      where o.status = 'queued' and (o.connection_id, o.contact_ref) in (
        select connection_id, contact_ref from judged where status = 'queued')
      order by o.delivery_id for update of o
    ), ranked as (
      select j.*, case
          when j.status <> 'queued' or j.trigger = 'person' or j.params ? 'waitSeconds' then null
          else coalesce(
            (select min(w.delivery_id::text)::uuid from waiting w where w.connection_id = j.connection_id
              and w.contact_ref = j.contact_ref and w.action = j.action and w.asked = j.asked),
            nullif(first_value(j.id) over (
              partition by j.status, j.connection_id, j.contact_ref, j.action, j.asked order by j.id), j.id))
          end as duplicate_of
      from judged j
    ), settled as (
      insert into outcomes (delivery_id, received_at, connection_id, key_id, dialect, action, trigger, contact_ref,
        contact_id, email, name, params, status, reason, detail, hop, duplicate_of, collected_at, finished_at)
      select id, received_at, connection_id, key_id, dialect, action, trigger, contact_ref, contact_id, email, name, params,
        case when duplicate_of is null then status else 'duplicate' end,
        case
          when duplicate_of is not null then 'same_request_waiting'
          when status = 'dead' then 'no_connection'
          when status <> 'filtered' then reason
          when action = 'observe' then 'event_observed'
          when mode = 'automation' then 'mode_automation'
          else 'list_other' end,
        case when status <> 'filtered' then detail when action = 'observe' then event
          when mode <> 'automation' then list_id end,
        case when verdict <> 'accepted' then 'door' else 'queue' end,
        duplicate_of, clock_timestamp(),
        case when status = 'queued' and duplicate_of is null then null else clock_timestamp() end
      from ranked
      on conflict (delivery_id) do nothing
      returning delivery_id, connection_id, contact_ref, key_id, received_at, status, action, trigger, params
    ), jobs as (
      select enqueue_sync(connection_id, contact_ref, now(),
          min(case when trigger = 'person' then ${priorities.person}::int
            when action = 'add' then ${priorities.add}::int else ${priorities.update}::int end)) as job
      from settled where status = 'queued' group by connection_id, contact_ref
    ), used as (
      insert into key_uses as u (key_id, day, uses)
      select key_id, (received_at at time zone 'UTC')::date, count(*) from settled
      where key_id is not null group by 1, 2 order by 1, 2
      on conflict (key_id, day) do update set uses = u.uses + excluded.uses
    ), seen as (
      update access_keys k set last_used_at = greatest(k.last_used_at, s.last_at)
      from (select key_id, max(received_at) as last_at from settled group by key_id) s where k.id = s.key_id
    )
    select s.delivery_id as "deliveryId", s.params ? 'waitSeconds' and s.status <> 'queued' as wakes
    from settled s, (select count(job) from jobs) as added`;
  const waking = rows.filter((row) => row.wakes).map((row) => row.deliveryId);
  if (waking.length > 0) {
    await db.$client`
      select pg_notify('rollcall_outcome', id) from unnest(${db.$client.array(waking)}::text[]) as id`;
  }
  return rows.length;
}
