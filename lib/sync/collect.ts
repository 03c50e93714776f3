import type postgres from "postgres";
import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { watchRates } from "./flood-watch.ts";
import { type Arrived, judgeArrived } from "./judge-arrived.ts";

/** About so many deliveries make a round: as many group commits of the door, which are inbox rows, as hold them. */
const fullRound = 3_000;
const mostCommits = 500;
/** So many of the oldest commits tell how large they are at this time. */
const sampled = 50;
/** So many deliveries are judged sooner than a plan is made for their number; for more, its joins must fit them. */
const few = 50;

/**
 * Takes what the door recorded since: decides for each delivery whether it counts, which flood or batch it belongs to,
 * and adds one sync job per contact for the others. One transaction, so a crash leaves the inbox as it was; several
 * processes share the work by skipping locked rows. Then floods are opened where too much came.
 *
 * A delivery is a duplicate only when that loses nothing: the same request for the contact is still waiting (its row is
 * locked here, so a run cannot begin before this is settled), one run will cover both, and no flood can be held or
 * dropped with the one and not the other.
 *
 * A run waits for more of its contact: `quietMs` after the last delivery, and longer by itself while the connection has
 * a backlog: as long as the CRM takes for the backlog, less one second (contacts waiting ÷ contacts a second that the
 * account's limits allow), so that it costs nothing. Never longer than `maxWaitMs` after the first; a person, a caller
 * that waits for the answer, and the backlog's part for new members: not at all.
 * Resolves with the number of deliveries taken from the inbox, those that were settled before among them.
 */
export async function collect(db: Db): Promise<number> {
  const round = await collectRound(db);
  if (round) await followUp(db, [round]);
  return round?.arrived.ids.length ?? 0;
}

/** What a round took from the inbox, in how many group commits, and the connections whose rate it counted. */
export type Collected = { arrived: Arrived; commits: number; counted: string[] };

/** One round without what may follow a moment later for several rounds; null when nothing came. */
export async function collectRound(db: Db): Promise<Collected | null> {
  const round = await db.$client.begin(async (tx) => {
    const commits = await takeInbox(tx);
    const arrived = inOrder(commits.flatMap((commit) => commit.ids));
    if (!arrived) return null;
    const [, waiting] = await Promise.all([
      arrived.ids.length > few && tx`set local plan_cache_mode = force_custom_plan`,
      lockWaiting(tx, arrived),
      lockFloods(tx, arrived),
    ]);
    return { arrived, commits: commits.length, ...(await judgeArrived(tx, arrived, waiting)) };
  });
  if (round && round.waking.length > 0) {
    await db.$client`
      select pg_notify('rollcall_outcome', id) from unnest(${db.$client.array(round.waking)}::text[]) as id`;
  }
  return round;
}

/** Notes which keys were used in these rounds, and opens floods where too much came. */
export async function followUp(db: Db, rounds: readonly Collected[]): Promise<void> {
  const arrived = inOrder(rounds.flatMap((round) => round.arrived.ids));
  if (arrived) await noteUses(db, arrived);
  const counted = new Set(rounds.flatMap((round) => round.counted));
  if (counted.size > 0) await watchRates(db, [...counted]);
}

function inOrder(given: readonly string[]): Arrived | null {
  const ids = [...given].sort();
  const [first, last] = [ids[0], ids.at(-1)];
  return first && last ? { ids, first, last } : null;
}

/** Takes the oldest group commits that no other process is taking, and locks no more than it takes. */
const takeInbox = (tx: postgres.TransactionSql): Promise<{ ids: string[] }[]> => tx`
  delete from inbox where id in (
    select id from inbox order by id
    limit (select least(${mostCommits}::int, ceil(${fullRound} / avg(cardinality(delivery_ids))))
      from (select delivery_ids from inbox order by id limit ${sampled}) as oldest)
    for update skip locked)
  returning delivery_ids as ids`;

/**
 * Locks what still waits for the contacts of these deliveries, so that no run begins before the round is over. What a
 * run is taking in this moment is no longer waiting: a delivery that comes now is a request of its own.
 */
async function lockWaiting(tx: postgres.TransactionSql, { ids, first, last }: Arrived): Promise<string[]> {
  // Looked up contact by contact, whatever the statistics say of how much waits: they may be of a quieter time.
  const rows = await tx<{ id: string }[]>`
    select o.delivery_id as id from (
      select distinct d.connection_id, coalesce(d.contact_id, 'email:' || lower(d.email)) as contact_ref
      from deliveries d
      where d.id = any(${tx.array([...ids])}::uuid[]) and d.id between ${first} and ${last} and d.verdict = 'accepted'
    ) as c cross join lateral (
      select w.delivery_id from outcomes w where w.connection_id = c.connection_id and w.contact_ref = c.contact_ref
        and w.status in ('queued', 'running', 'failed') and (w.status = 'queued') is true offset 0
    ) as o
    for update of o skip locked`;
  return rows.map((row) => row.id);
}

/** Nobody decides over a flood while deliveries are placed in it. */
async function lockFloods(tx: postgres.TransactionSql, { ids, first, last }: Arrived): Promise<void> {
  await tx`
    select from floods where ended_at is null and kind = 'flood' and connection_id in (
      select d.connection_id from deliveries d
      where d.id = any(${tx.array([...ids])}::uuid[]) and d.id between ${first} and ${last})
    order by id for share`;
}

/** When keys were last used; a round that fails to say so has lost nothing. */
async function noteUses(db: Db, { ids, first, last }: Arrived): Promise<void> {
  await db.$client`
    update access_keys k set last_used_at = greatest(k.last_used_at, s.last_at)
    from (select key_id, max(received_at) as last_at from deliveries
      where id = any(${db.$client.array([...ids])}::uuid[]) and id between ${first} and ${last}
        and key_id is not null group by 1) s
    where k.id = s.key_id`.catch((error) => log.debug({ err: error }, "collect.uses_not_noted"));
}
