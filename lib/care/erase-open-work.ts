import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { collect } from "../sync/collect.ts";
import { isOwnOutcome, isOwnRun, type Subject } from "./erase-subject.ts";

const pollMs = 100;
/** Longer than any run takes; the task is tried again after that. */
const limitMs = 60_000;

/** Takes what arrived before now out of the door's inbox, so that what follows finds all of it in the log. */
export async function collectWhatCame(db: Db): Promise<void> {
  const [newest] = await db.$client<{ id: string | null }[]>`select max(id)::text as id from inbox`;
  const upTo = newest?.id ?? "0";
  await until(async () => {
    await collect(db);
    const rows = await db.$client`select 1 from inbox where id <= ${upTo} limit 1`;
    return rows.length === 0;
  });
}

/**
 * Ends everything that waits for the person, and waits for a run that is at it, so that no run brings back what is being
 * erased. Throws when a run takes longer than a minute.
 */
export async function closeOpenWork(db: Db, subject: Subject): Promise<void> {
  await until(async () => {
    await db.execute(sql`
      with ended as (
        update outcomes o set status = 'skipped', reason = 'person_erased', detail = null, hop = 'queue',
          next_retry_at = null, finished_at = now()
        where ${isOwnOutcome(subject)} and o.status in ('queued', 'held', 'failed')
        returning o.connection_id, o.contact_ref)
      select graphile_worker.remove_job('sync:' || connection_id || ':' || contact_ref)
      from (select distinct connection_id, contact_ref from ended where contact_ref is not null) as refs`);
    const running = await db.execute(sql`
      select 1 from syncs s where s.finished_at is null and ${isOwnRun(subject)}
      union all select 1 from outcomes o where o.status = 'running' and ${isOwnOutcome(subject)} limit 1`);
    return running.length === 0;
  });
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + limitMs; !(await done()); await sleep(pollMs)) {
    if (Date.now() > limit)
      throw new Error("Work for this person is still under way. The erasure goes on later.");
  }
}
