import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { enqueueStep } from "./request-sweep.ts";
import { nextSweepAt } from "./sweep-begin.ts";

/** An open sweep or audit that has not moved for so long, and waits for nothing, lost its next step. */
const lost = sql`interval '2 minutes'`;

/**
 * Starts the sweeps that are due or were asked for, and those whose next step was lost with a worker. Runs each minute
 * in one process; a connection whose step waits already is left alone.
 */
export async function startDue(db: Db): Promise<void> {
  const waits = (task: string, id: unknown) =>
    sql`exists (select from graphile_worker.jobs j where j.key = ${`${task}:`} || ${id}::text)`;
  const due = await db.execute<{ task: "sweep" | "audit"; id: string }>(sql`
    select 'sweep' as task, c.id::text as id from connections c left join sweep_marks m on m.connection_id = c.id
    where not ${waits("sweep", sql`c.id`)} and (
      exists (select from sweeps s where s.connection_id = c.id and s.finished_at is null
        and s.moved_at < now() - ${lost})
      or (not exists (select from sweeps s where s.connection_id = c.id and s.finished_at is null)
        and (m.requested_at is not null or (c.reconcile <> 'off' and ${nextSweepAt} <= now()))))
    union all
    select 'audit', a.id::text from audits a
    where a.state = 'running' and a.moved_at < now() - ${lost} and not ${waits("audit", sql`a.id`)}`);
  for (const { task, id } of due) await enqueueStep(db, task, id);
}
