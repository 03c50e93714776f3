import { spawnSync } from "node:child_process";
import postgres from "postgres";

const days = 30;
/** Runs are kept for fewer days than deliveries; older ones would only cost the seeding its time. */
const daysOfRuns = 10;

export type SeedSize = { deliveries: number; members: number };

/** A sample of what was stored, to search for. */
export type Sample = {
  id: string;
  email: string;
  contactId: string;
  name: string;
  memberId: string;
  keyId: string;
  connectionId: string;
  smallConnectionId: string;
};

/** One of the synced deliveries of yesterday, of the largest connection; and the smallest connection. */
export async function sampleLog(url: string): Promise<Sample> {
  const sql = postgres(url, { max: 1 });
  const [found] = await sql<Sample[]>`
    select delivery_id as id, email, contact_id as "contactId", name, member_id as "memberId", key_id as "keyId",
      connection_id as "connectionId", (select connection_id from member_contacts group by 1 order by count(*) limit 1) as "smallConnectionId"
    from outcomes where status = 'synced' and delivery_id < uuid_v7_floor(now() - interval '30 hours')
      and connection_id = (select connection_id from member_contacts group by 1 order by count(*) desc limit 1)
    order by delivery_id desc limit 1`;
  await sql.end();
  if (!found) throw new Error("Nothing was seeded.");
  return found;
}

/**
 * Fills the log set by set, as it looks after thirty days: `deliveries` in daily partitions with an outcome each, the
 * runs behind them, `members` with their contacts. Statuses, actions, names and how often a contact comes are spread as
 * on a site that is used. Nothing is flushed to disk meanwhile; the last statement does it for all.
 */
export async function seedLog(url: string, size: SeedSize, connectionIds: string[]): Promise<void> {
  const sql = postgres(url, { max: 3, onnotice: () => {}, connection: { work_mem: "128MB" } });
  await sql.unsafe("alter system set fsync = off");
  await sql.unsafe("alter system set full_page_writes = off");
  await sql.unsafe("alter system set max_wal_size = '16GB'");
  await sql`select pg_reload_conf()`;
  await seedMembers(sql, size.members, connectionIds);
  await sql`select ensure_delivery_partitions(7)`;
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid = 'outcomes'::regclass and not indisprimary`;
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
  for (let ago = days - 1; ago >= 0; ago--) await makePartition(sql, ago);
  const perDay = Math.ceil(size.deliveries / days);
  const left = Array.from({ length: days }, (_, index) => index);
  const work = async () => {
    for (let ago = left.pop(); ago !== undefined; ago = left.pop())
      await seedDay(sql, ago, perDay, size.members);
  };
  await Promise.all([work(), work()]);
  const build = async () => {
    for (let index = indexes.pop(); index; index = indexes.pop())
      await sql.unsafe(`set maintenance_work_mem = '512MB'; ${index.definition}`);
  };
  await Promise.all([build(), build()]);
  for (const table of ["outcomes", "deliveries", "syncs", "members", "member_contacts", "commits"])
    await sql.unsafe(`vacuum (analyze) ${table}`);
  for (const name of ["fsync", "full_page_writes", "max_wal_size"])
    await sql.unsafe(`alter system reset ${name}`);
  await sql`drop table bench_people`;
  await sql.unsafe("checkpoint");
  await sql`select pg_reload_conf()`;
  await sql.end();
  spawnSync("sync");
}

const firstNames =
  "Anna Jürgen Zoë José Łukasz Ngozi Søren Maria Dilara Renée Priya Tomáš Fatima Bo Grace Aoife Henrik Giulia Márton Piet Ida Noah Emma Liam Olga Paul Rosa Tim Vera Walid Yara Zeno Ben Carla Dora Elif Finn Hana Ivan Jana".split(
    " ",
  );
const nameStarts =
  "Lind Berg Weis Conn Dvor Koval Okaf Tana Raman Nils Chen Hop Sah Breit Sath Ang Kov Keal Vander Ibar".split(
    " ",
  );
const nameEnds = "qvist ström mann or ak er son ka well berg stein ley ford ton man".split(" ");

async function seedMembers(sql: postgres.Sql, members: number, connectionIds: string[]): Promise<void> {
  // A connection gets a share that halves from one to the next, as accounts of one owner do.
  await sql`create table bench_people as
    select n, uuid_v7_floor(now() - ((${members} - n) * interval '120 days' / ${members})) as floor_id,
      ('0' || substr(md5('m' || n), 2))::uuid as member_id,
      (${firstNames}::text[])[1 + n % ${firstNames.length}] as first,
      (${nameStarts}::text[])[1 + (n / 40) % ${nameStarts.length}] || (${nameEnds}::text[])[1 + (n / 800) % ${nameEnds.length}] as last,
      (${connectionIds}::uuid[])[least(${connectionIds.length}, 1 + floor(-ln(1 - (n * 0.618034 - floor(n * 0.618034)) * 0.999)
        / ln(2)))::int] as connection_id
    from generate_series(1, ${members}) as n`;
  await sql`alter table bench_people add column email text`;
  await sql`update bench_people set member_id = (left(floor_id::text, 13) || '-7' || substr(md5(n::text), 1, 3) || '-8'
      || substr(md5(n::text), 4, 3) || '-' || lpad(to_hex(n), 12, '0'))::uuid,
    email = lower(regexp_replace(normalize(first || '.' || last, NFKD), '[^A-Za-z.]', '', 'g')) || n || '@mail' || n % 40 || '.example'`;
  await sql`create unique index on bench_people (n)`;
  await sql`vacuum (analyze) bench_people`;
  await sql`insert into members (id, email, login, role, first_name, last_name, tags, fields, created_at, synced_at)
    select member_id, email, email, 'subscriber', first, last,
      array['Member', (array['Trial','Newsletter','VIP','Lapsed','Café ☕','Course 1','Course 2','Course 3'])[1 + n % 8]]
        || case when n % 1000 = 0 then array['Founder'] else '{}' end,
      jsonb_build_object('city', (array['Malmö','Cork','Leeds'])[1 + n % 3], 'membership_level', (array['Bronze','Gold'])[1 + n % 2]),
      now() - (${members} - n) * interval '120 days' / ${members}, now() from bench_people`;
  await sql`insert into member_contacts (connection_id, contact_id, member_id, tags, fields, loaded_at)
    select connection_id, n::text, member_id, '{Member}', '{}', now() from bench_people`;
}

async function makePartition(sql: postgres.Sql, ago: number): Promise<void> {
  await sql`do ${sql.unsafe(`$do$ declare day date := (now() at time zone 'UTC')::date - ${ago}; begin
    if to_regclass('deliveries_' || to_char(day, 'YYYYMMDD')) is null then
      execute format('create table %I partition of deliveries for values from (%L) to (%L)', 'deliveries_' || to_char(day, 'YYYYMMDD'),
        uuid_v7_floor(day::timestamp at time zone 'UTC'), uuid_v7_floor((day + 1)::timestamp at time zone 'UTC'));
    end if; end $do$`)}`;
}

/** One day: a tenth of its deliveries are of busy contacts, and what still waits or failed is of today. */
async function seedDay(sql: postgres.Sql, ago: number, count: number, members: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`create temp table made on commit drop as
      with span as (
        select floor.at, least(floor.at + interval '1 day', now() - interval '1 minute') - floor.at as length
        from (select ((now() at time zone 'UTC')::date - ${ago}::int)::timestamp at time zone 'UTC' as at) as floor
      ), drawn as (
        select n, span.at + span.length * (n - random()) / ${count} as at, random() as kind, random() as what,
          case when random() < 0.1 then 1 + floor(random() * ${Math.ceil(members / 200)})
            else 1 + floor(random() * ${members}) end::int as person
        from span, generate_series(1, ${count}) as n
      ), named as (
        select d.*, p.member_id, p.first, p.last, p.email, p.connection_id, (lpad(to_hex((extract(epoch from d.at) * 1000)::bigint), 12, '0') || '7'
            || substr(md5(random()::text), 1, 3) || 'a' || substr(md5(random()::text), 1, 15))::uuid as id,
          (lpad(to_hex((extract(epoch from d.at) * 1000)::bigint), 12, '0') || '7000b' || substr(md5(random()::text), 1, 15))::uuid as sync_id,
          case when what < 0.62 then 'update' when what < 0.8 then 'update_tags' when what < 0.95 then 'add'
            when what < 0.98 then 'observe' else 'batch_sync' end as action
        from drawn d join bench_people p on p.n = d.person
      )
      select *, case
          when action = 'observe' then 'filtered'
          when kind < 0.62 then 'synced' when kind < 0.78 then 'skipped' when kind < 0.9 then 'duplicate'
          when kind < 0.95 then 'filtered' when kind < 0.98 then 'rejected' when kind < 0.981 then 'unreadable'
          when kind < 0.984 then 'dead' when kind < 0.988 then 'partly_synced'
          when ${ago} = 0 and kind < 0.992 then 'failed' when ${ago} = 0 and kind < 0.996 then 'held'
          else 'synced' end as status
      from named`;
    await tx`insert into commits (id, deliveries, committed_at, answered_at)
      select id, 1, at + interval '2 ms', at + interval '3 ms' from made where random() < 0.2`;
    await tx`insert into deliveries (id, commit_id, received_at, read_ms, key_ms, connection_id, key_id, dialect, action,
        trigger, contact_id, email, name, event, list_id, source, verdict, reason, detail, params, remote_address, method,
        path, query, headers, body)
      select id, id, at, 0.2, 0.1, m.connection_id, key_id, 'rollcall', action, 'automation', person::text, email,
        first || ' ' || last, null, null, null,
        case when status in ('rejected', 'unreadable') then status else 'accepted' end,
        case status when 'rejected' then 'key_revoked' when 'unreadable' then 'broken_record' end, null, '{}', '203.0.113.7', 'POST',
        '/hooks/hidden/' || action, '', '[["host","hooks.example.com"],["content-type","application/x-www-form-urlencoded; charset=UTF-8"],["user-agent","ActiveCampaign"],["accept","*/*"],["content-length","420"]]',
        convert_to('contact%5Bid%5D=' || person || '&contact%5Bemail%5D=' || replace(email, '@', '%40') || '&contact%5Bfirst_name%5D=' || first
          || '&contact%5Blast_name%5D=' || last || '&contact%5Bphone%5D=%2B33+6+00+' || n || '&contact%5Borgname%5D=ExampleOrg&contact%5Bcustomer_acct_name%5D=ExampleOrg'
          || '&contact%5Btags%5D=Newsletter&contact%5Bip4%5D=127.0.0.1&contact%5Bfields%5D%5Bcontact_owner%5D=Owner+Example&seriesid=' || n % 60
          || '&order%5Bnumber%5D=R' || ${ago}::int * 1000000 + n, 'UTF8')
      from made m left join lateral (select k.id as key_id from access_keys k where k.connection_id = m.connection_id limit 1) k on true`;
    await tx`insert into outcomes (delivery_id, received_at, connection_id, key_id, dialect, action, trigger, contact_ref,
        contact_id, email, name, params, status, reason, detail, hop, attempts, next_retry_at, sync_ids, member_id, collected_at,
        finished_at, sync_ms, waited_ms)
      select id, at, m.connection_id, key_id, 'rollcall', action, 'automation', person::text, person::text, email, first || ' ' || last,
        '{}', status, case status when 'rejected' then 'key_revoked' when 'unreadable' then 'broken_record'
          when 'dead' then (array['crm_token_refused','crm_timeout'])[1 + n % 2] when 'failed' then 'crm_timeout'
          when 'duplicate' then 'same_request_waiting' when 'filtered' then 'mode_automation' when 'skipped' then 'no_change'
          when 'held' then 'flood_held' end, case status when 'synced' then '1 tag' end,
        case when status in ('rejected', 'unreadable') then 'door' when status in ('dead', 'failed') then 'crm'
          when status = 'synced' then 'sites' else 'queue' end, 1,
        case status when 'failed' then now() + interval '1 day' end,
        case when status in ('synced', 'skipped', 'dead', 'failed') then array[sync_id] else '{}' end,
        case when status in ('synced', 'skipped', 'partly_synced') then member_id end, at + interval '40 ms',
        case when status not in ('failed', 'held') then at + interval '300 ms' end,
        case when status = 'synced' then 200 + 300 * random() end, null
      from made m left join lateral (select k.id as key_id from access_keys k where k.connection_id = m.connection_id limit 1) k on true`;
    await tx`insert into syncs (id, connection_id, contact_ref, worker_id, started_at, finished_at, status, ms, member_id, steps)
      select sync_id, connection_id, person::text, 'bench', at, at + interval '300 ms', status, 240, member_id,
        '[{"name":"loaded","hop":"crm","status":"done","startedAt":"2026-01-01T00:00:00.000Z","ms":210,"reason":null,"detail":"contact 1, 2 tags, 3 fields"},{"name":"applied","hop":"member","status":"done","startedAt":"2026-01-01T00:00:00.000Z","ms":12,"reason":null,"detail":"1 tag"}]'
      from made where status in ('synced', 'skipped', 'dead', 'failed') and ${ago}::int < ${daysOfRuns}`;
  });
}
