import type { Db } from "#db/client.ts";
import { log } from "../log.ts";

/** As long as a session may be idle in a transaction, which PostgreSQL sees to (db/client). */
const frozenSeconds = 15;

/**
 * Ends sessions of ours that stand still in the middle of a statement: PostgreSQL has read the statement and waits for
 * the client to give its values. It calls such a session active, so no time limit of its own applies (but for
 * `transaction_timeout`, from 17 on), and a process that is frozen just then would keep its rows for ever: what it had
 * taken from the inbox, everybody else skips. Resolves with how many it ended.
 */
export async function endFrozenSessions(db: Db, seconds = frozenSeconds): Promise<number> {
  const ended = await db.$client`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = current_user and application_name like 'rollcall%'
      and state = 'active' and wait_event = 'ClientRead'
      and state_change < clock_timestamp() - ${seconds} * interval '1 second'`;
  if (ended.length > 0) log.warn({ sessions: ended.length }, "sessions.frozen");
  return ended.length;
}
