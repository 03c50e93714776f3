import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import { isAccountWide } from "../crm/account-wide.ts";
import type { Loaded } from "../crm/contract.ts";
import { NotNow } from "../errors.ts";
import { accountOf } from "../queue/budget.ts";
import { isIdle } from "../queue/idle-budget.ts";
import { type ConnectionRow, type OpenConnection, openConnection } from "../sync/open-connection.ts";

/** The account's budget is needed for webhooks; what yields to them comes back later. */
export class NotIdle extends NotNow {}

const lookMs = 200;
/** The first call of a step is not waited for; later ones are, because what was read would be read again. */
const patienceMs = 20_000;

export type QuietConnection = OpenConnection & {
  /** Begins a step: from here on, the first call that finds the budget in use throws NotIdle at once. */
  begin(): void;
};

/**
 * How many of these contacts come before the first one that was not read because the account stopped answering, or calls
 * rest: where the next step goes on. Throws what stopped them where that is the first.
 */
export function readUpTo(ids: readonly string[], loaded: ReadonlyMap<string, Loaded>): number {
  for (const [at, id] of ids.entries()) {
    const one = loaded.get(id);
    if (one?.status !== "failed" || !(one.error instanceof NotNow || isAccountWide(one.error))) continue;
    if (at === 0) throw one.error;
    return at;
  }
  return ids.length;
}

type Kept = { open: QuietConnection; updatedAt: number };
const kept = new Map<string, Kept>();

/** A connection whose calls go behind everybody else's: they wait until the account's budget lies idle, or throw NotIdle. */
export async function quietConnection(db: Db, id: string): Promise<QuietConnection | null> {
  const [row] = await db.select().from(connections).where(eq(connections.id, id));
  if (!row) return null;
  const known = kept.get(id);
  const open = known?.updatedAt === row.updatedAt.getTime() ? known.open : openQuietly(db, row);
  kept.set(id, { open, updatedAt: row.updatedAt.getTime() });
  open.begin();
  return open;
}

function openQuietly(db: Db, row: ConnectionRow): QuietConnection {
  const account = accountOf(row);
  let hasCalled = false;
  const yields = async () => {
    const until = performance.now() + (hasCalled ? patienceMs : 0);
    while (!(await isIdle(db, account, row))) {
      if (performance.now() >= until) throw new NotIdle("crm_paused", new Date(), null);
      await sleep(lookMs);
    }
    hasCalled = true;
  };
  return {
    ...openConnection(db, row, yields),
    begin() {
      hasCalled = false;
    },
  };
}
