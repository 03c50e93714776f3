import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { checkRegistration } from "./registration.ts";
import { type Repeating, repeat } from "./repeat.ts";

/** How often each webhook is looked at. */
const everySeconds = 15 * 60;
/** A process that starts looks at what nobody has looked at for this long, so that ten that start look once. */
const atStartSeconds = 60;
const tickMs = 30_000;

/** Takes the connections whose webhook is due for a look; each is taken by one process. */
export async function takeDue(db: Db, olderThanSeconds: number): Promise<string[]> {
  const rows = await db.$client<{ id: string }[]>`
    insert into registration_checks as r (connection_id, taken_at)
    select id, clock_timestamp() from connections where mode = 'event'
    on conflict (connection_id) do update set taken_at = clock_timestamp()
      where r.taken_at <= clock_timestamp() - ${olderThanSeconds} * interval '1 second'
    returning connection_id as id`;
  return rows.map((row) => row.id);
}

/** Looks at every webhook that is due, one after the other; the CRM account's budget sets the pace. */
export async function checkDue(
  db: Db,
  olderThanSeconds: number,
  stopping: () => boolean = () => false,
): Promise<void> {
  for (const id of await takeDue(db, olderThanSeconds)) {
    if (stopping()) return;
    await checkRegistration(db, id).catch((error) =>
      log.error({ err: error, connection: id }, "registration.failed"),
    );
  }
}

/** Keeps the webhooks of all connections registered until stopped: a look at start, then every 15 minutes. */
export function startRegistrationCare(db: Db): Repeating {
  let olderThan = atStartSeconds;
  return repeat("registration.failed", { everyMs: tickMs, firstMs: 2_000 }, async (stopping) => {
    await checkDue(db, olderThan, stopping);
    olderThan = everySeconds;
  });
}
