import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { destinations } from "#db/schema/destinations.ts";
import type { SiteTest } from "../api/destination-shapes.ts";
import { sharedFetch } from "../http/shared-outbound.ts";
import { openDestination } from "../push/open-destination.ts";

import { rowOf } from "./destinations.ts";

/**
 * Tests a stored destination and keeps what was found. One that cannot be reached is a report too, not an error. Its few
 * calls are a person's, who waits for them: they go before the rate of the pushes.
 */
export async function testDestination(db: Db, id: string): Promise<SiteTest> {
  const row = await rowOf(db, id);
  const [at, began] = [new Date().toISOString(), performance.now()];
  const client = openDestination(db, row, sharedFetch).clientFor(async () => undefined);
  const { ok, checks } = await client.test();
  const lastTest = { ok, at, ms: Math.round(performance.now() - began), checks };
  await db.update(destinations).set({ lastTest }).where(eq(destinations.id, id));
  return lastTest;
}
