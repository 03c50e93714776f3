import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { destinations } from "#db/schema/destinations.ts";
import type { DestinationClient, DestinationKind } from "../destinations/contract.ts";
import { destinationKinds } from "../destinations/registry.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import type { Outbound } from "../http/outbound.ts";
import { log } from "../log.ts";
import { acquireCall } from "../queue/budget.ts";
import { unseal } from "../secrets.ts";

export type DestinationRow = typeof destinations.$inferSelect;

/** A destination ready for work. */
export type OpenDestination = { row: DestinationRow; kind: DestinationKind; client: DestinationClient };

/** Under this name a destination's breaker is kept. */
export const breakerOf = (destinationId: string): string => `site:${destinationId}`;

/** Under this name a destination's calls are counted. */
export const budgetOf = (destinationId: string): string => `site ${destinationId}`;

/** The kind of that name; AppError when this version of Rollcall knows none. */
export function kindNamed(kind: string): DestinationKind {
  const found = Object.hasOwn(destinationKinds, kind)
    ? destinationKinds[kind as keyof typeof destinationKinds]
    : null;
  if (found) return found;
  throw new AppError(
    "invalid",
    `There is no kind of destination called ${kind}. Use ${Object.keys(destinationKinds).join(" or ")}.`,
  );
}

/** Opens a destination from its row; what its client learns about the site is kept. */
export function openDestination(db: Db, row: DestinationRow, fetch: Outbound["fetch"]): OpenDestination {
  const kind = kindNamed(row.kind);
  const limits = {
    callsPerSecond: Math.max(1, Math.ceil(row.ratePerMinute / 60)),
    callsPerMinute: row.ratePerMinute,
    callsPerDay: null,
  };
  const client = kind.open({
    settings: row.settings,
    secrets: JSON.parse(unseal(env().ENCRYPTION_KEY, row.secrets)) as Record<string, string>,
    learned: row.learned,
    learn(learned) {
      db.update(destinations)
        .set({ learned })
        .where(eq(destinations.id, row.id))
        .catch((error) => log.warn({ err: error, destination: row.id }, "destination.not_learned"));
    },
    acquire: () => acquireCall(db, budgetOf(row.id), limits),
    fetch,
  });
  return { row, kind, client };
}

/** The row of a destination; null when it is gone. */
export async function destinationRow(db: Db, id: string): Promise<DestinationRow | null> {
  const [row] = await db.select().from(destinations).where(eq(destinations.id, id));
  return row ?? null;
}
