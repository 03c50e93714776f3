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
 * erased; what only sites are owed does not keep it waiting. Throws when a run takes longer than a minute.
 */
export async function closeOpenWork(db: Db, subject: Subject): Promise<void> {
  await until(async () => {
    await db.execute(sql`
      update outcomes o set status = 'skipped', reason = 'person_erased', detail = null, hop = 'queue',
        next_retry_at = null, finished_at = now()
      where ${isOwnOutcome(subject)} and o.status in ('queued', 'held', 'failed')`);
    // A job names its contact in its key: sync, connection and contact.
    await db.execute(sql`
      select graphile_worker.remove_job(key) from (
        select j.key, substr(j.key, 6, 36) as connection_id, substr(j.key, 43) as contact_ref, null::uuid as member_id
        from graphile_worker.jobs j where j.task_identifier = 'sync' and j.locked_at is null) as s
      where ${isOwnRun(subject)}`);
    const running = await db.execute(sql`
      select 1 from syncs s where s.finished_at is null and ${isOwnRun(subject)}
      union all select 1 from outcomes o where o.status = 'running' and o.hop <> 'sites' and ${isOwnOutcome(subject)} limit 1`);
    return running.length === 0;
  });
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + limitMs; !(await done()); await sleep(pollMs)) {
    if (Date.now() > limit)
      throw new Error("Work for this person is still under way. The erasure goes on later.");
  }
}
