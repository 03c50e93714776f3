import { sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";
import { enqueueStep } from "./request-sweep.ts";
import { widerMinutes } from "./sweep-begin.ts";

/**
 * Ends a sweep in the transaction of its last page. The contact of the cursor must have been among those listed, since it
 * changed after the moment that was asked for: where it was not, the account reads the time of the filter in another
 * zone, or the contact is gone. Then the sweep begins once more, a day earlier; what turns up tells which it was.
 */
export async function finishSweep(tx: Tx, sweepId: string): Promise<void> {
  const [found] = await tx.execute<{ connectionId: string; doubts: boolean }>(sql`
    select s.connection_id as "connectionId", m.witness is not null and not s.saw_witness and not s.widened as doubts
    from sweeps s left join sweep_marks m on m.connection_id = s.connection_id where s.id = ${sweepId}`);
  if (!found) return;
  if (found.doubts) {
    await tx.execute(sql`
      update sweeps set widened = true, since = since - ${widerMinutes}::int * interval '1 minute', position = '0',
        listed = 0, asked = 0
      where id = ${sweepId}`);
    return enqueueStep(tx, "sweep", found.connectionId);
  }
  await tx.execute(sql`
    with ended as (
      update sweeps s set state = 'done', finished_at = clock_timestamp(),
        drifted = (select count(*) from drifts d where d.sweep_id = s.id)
      where id = ${sweepId} returning *
    )
    insert into sweep_marks as m (connection_id, cursor, witness)
    select connection_id, least(high, started_at), high_contact from ended
    on conflict (connection_id) do update set
      cursor = coalesce(excluded.cursor, m.cursor),
      widened = m.widened or (select widened and saw_witness from ended),
      witness = excluded.witness`);
  const [owed] = await tx.execute(sql`
    select 1 from sweep_marks where connection_id = ${found.connectionId} and requested_at is not null`);
  if (owed) await enqueueStep(tx, "sweep", found.connectionId);
}
