import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { destinations } from "#db/schema/destinations.ts";
import type { SiteTest } from "../api/destination-shapes.ts";
import { sharedFetch } from "../http/shared-outbound.ts";
import { openDestination, openSecrets } from "../push/open-destination.ts";
import { inWords } from "./destination-health.ts";

import { rowOf, siteOf } from "./destinations.ts";

/**
 * Tests a stored destination and keeps what was found. One that cannot be reached is a report too, not an error. Its few
 * calls are a person's, who waits for them: they go before the rate of the pushes.
 */
export async function testDestination(db: Db, id: string): Promise<SiteTest> {
  const row = await rowOf(db, id);
  const [at, began] = [new Date().toISOString(), performance.now()];
  const { ok, checks } = openSecrets(row)
    ? await openDestination(db, row, sharedFetch)
        .clientFor(async () => undefined)
        .test()
    : { ok: false, checks: [lockedCheck(siteOf(row))] };
  const lastTest = { ok, at, ms: Math.round(performance.now() - began), checks };
  await db.update(destinations).set({ lastTest }).where(eq(destinations.id, id));
  return lastTest;
}

function lockedCheck(site: string): SiteTest["checks"][number] {
  const { sentence, remedy } = inWords("site_secrets_locked", null, site);
  return {
    name: "sign_in",
    status: "failed",
    ms: null,
    reason: "site_secrets_locked",
    detail: `${sentence} ${remedy}`,
  };
}
