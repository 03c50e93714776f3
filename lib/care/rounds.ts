import type { Db } from "#db/client.ts";

/**
 * Takes a round of work that is done on a schedule: true for one process in `everySeconds`, whoever asks first. Work
 * whose process dies is done by the next round, so a round must be able to be left out.
 */
export async function takeRound(db: Db, name: string, everySeconds: number): Promise<boolean> {
  const rows = await db.$client`
    insert into care_rounds as r (name, at) values (${name}, clock_timestamp())
    on conflict (name) do update set at = clock_timestamp()
      where r.at <= clock_timestamp() - ${everySeconds} * interval '1 second'
    returning name`;
  return rows.length > 0;
}
