import type { Db } from "#db/client.ts";
import { outages } from "#db/schema/outages.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";

/** A stretch in which the door could not work as usual; times are milliseconds since 1970. */
export type Outage = { kind: "spool" | "full"; beganAt: number; endedAt: number; deliveries: number };

/** Keeps an outage that is over, so that what was missed is swept for and a person can see it. Never throws. */
export async function noteOutage(db: Db, outage: Outage): Promise<void> {
  const { kind, deliveries } = outage;
  const [beganAt, endedAt] = [new Date(outage.beganAt), new Date(outage.endedAt)];
  log.warn({ ...outage, beganAt, endedAt }, "door.outage_over");
  await db
    .insert(outages)
    .values({ id: uuidv7(), kind, beganAt, endedAt, deliveries })
    .catch((error) => log.warn({ err: error }, "door.outage_not_noted"));
}
