import type { Db } from "#db/client.ts";
import type { Destination } from "../api/destination-shapes.ts";
import { audit } from "../auth/audit.ts";
import { pauseDestination, resumeDestination } from "../push/states.ts";
import { getDestination, rowOf } from "./destinations.ts";

/** Nothing is pushed there from now on; what is owed is kept. A second time changes nothing. */
export const pause = (db: Db, id: string, actor: string): Promise<Destination> =>
  change(db, id, actor, "paused");

/** Pushing goes on at once, also past a breaker and a silence that the site asked for. */
export const resume = (db: Db, id: string, actor: string): Promise<Destination> =>
  change(db, id, actor, "resumed");

async function change(db: Db, id: string, actor: string, action: "paused" | "resumed"): Promise<Destination> {
  const { name, state } = await rowOf(db, id);
  await db.transaction(async (tx) => {
    if (action === "paused") await pauseDestination(tx, id, actor);
    else await resumeDestination(tx, id, actor);
    await audit(tx, actor, action, "destination", id, { name, before: state });
  });
  return getDestination(db, id);
}
