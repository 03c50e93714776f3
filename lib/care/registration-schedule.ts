import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { checkRegistration } from "./registration.ts";

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
export async function checkDue(db: Db, olderThanSeconds: number): Promise<void> {
  for (const id of await takeDue(db, olderThanSeconds)) {
    await checkRegistration(db, id).catch((error) =>
      log.error({ err: error, connection: id }, "registration.failed"),
    );
  }
}

/** Keeps the webhooks of all connections registered until stopped: a look at start, then every 15 minutes. */
export function startRegistrationCare(db: Db): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let olderThan = atStartSeconds;
  const tick = () => {
    running = running.then(async () => {
      if (stopped) return;
      await checkDue(db, olderThan).then(
        () => {
          olderThan = everySeconds;
        },
        (error) => log.error({ err: error }, "registration.failed"),
      );
    });
  };
  const timer = setInterval(tick, tickMs).unref();
  setTimeout(tick, 2_000).unref();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
