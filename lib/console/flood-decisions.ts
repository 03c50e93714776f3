import { sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import type { Flood } from "../api/flood-shapes.ts";
import { audit } from "../auth/audit.ts";
import { AppError } from "../errors.ts";
import { decideFlood, type FloodChoice } from "../sync/flood-decide.ts";
import { getFlood } from "./floods.ts";

const words = { hold: "held", release: "released", drop: "dropped" } as const;

/** Holds a flood: from now on nothing of it starts, and what still comes is held too. A second time changes nothing. */
export const holdFlood = (db: Db, id: string, reason: string | undefined, actor: string): Promise<Flood> =>
  decide(db, id, { choice: "hold", reason: reason ?? null, actor });

/** Lets a held flood go on at the CRM's pace, and a batch start now. A second time changes nothing. */
export const releaseFlood = (db: Db, id: string, reason: string | undefined, actor: string): Promise<Flood> =>
  decide(db, id, { choice: "release", reason: reason ?? null, actor });

/** Filters all of a flood that has not run, with the reason and the person's name; each stays in the log. */
export const dropFlood = (db: Db, id: string, reason: string, actor: string): Promise<Flood> =>
  decide(db, id, { choice: "drop", reason, actor });

async function decide(db: Db, id: string, given: FloodChoice): Promise<Flood> {
  await db.transaction(async (tx: Tx) => {
    const before = await decideFlood(tx, id, given);
    if (!before) return;
    const details = { reason: given.reason, was: before.state, deliveries: before.deliveries };
    await audit(tx, given.actor ?? "Rollcall", words[given.choice], "flood", id, details);
    await tx.execute(sql`select pg_notify('rollcall_floods', '')`);
  });
  const flood = await getFlood(db, id);
  const wanted = given.choice === "release" ? ["pacing", "draining"] : [words[given.choice]];
  if (!wanted.includes(flood.state)) {
    throw new AppError("conflict", "This flood is done or dropped. Nothing of it waits any more.");
  }
  return flood;
}
