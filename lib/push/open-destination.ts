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
import { explain } from "../reasons.ts";
import { unsealIfOurs } from "../secrets.ts";

export type DestinationRow = typeof destinations.$inferSelect;

/** A destination ready for work. Each of its clients awaits `acquire` before every call. */
export type OpenDestination = {
  row: DestinationRow;
  kind: DestinationKind;
  clientFor(acquire: () => Promise<void>): DestinationClient;
};

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

/** Opens a destination from its row; what its clients learn about the site is kept. Throws where `readSecrets` does. */
export function openDestination(db: Db, row: DestinationRow, fetch: Outbound["fetch"]): OpenDestination {
  const kind = kindNamed(row.kind);
  const secrets = readSecrets(row);
  let { learned } = row;
  const learn = (news: Record<string, string>) => {
    learned = news;
    db.update(destinations)
      .set({ learned })
      .where(eq(destinations.id, row.id))
      .catch((error) => log.warn({ err: error, destination: row.id }, "destination.not_learned"));
  };
  return {
    row,
    kind,
    clientFor: (acquire) => kind.open({ settings: row.settings, secrets, learned, learn, acquire, fetch }),
  };
}

/** Resolves when the destination's rate allows one more call, over all processes. */
export const acquireSiteCall = (db: Db, { id, ratePerMinute }: DestinationRow): Promise<void> =>
  acquireCall(db, budgetOf(id), {
    callsPerSecond: Math.max(1, Math.ceil(ratePerMinute / 60)),
    callsPerMinute: ratePerMinute,
    callsPerDay: null,
  });

/** The secrets of a destination, opened; null when they were sealed under another key. */
export function openSecrets(row: Pick<DestinationRow, "secrets">): Record<string, string> | null {
  const opened = unsealIfOurs(env().ENCRYPTION_KEY, row.secrets);
  // Sealed by ourselves, with this very shape.
  return opened === null ? null : (JSON.parse(opened) as Record<string, string>);
}

/** The secrets of a destination, opened; AppError("conflict") says what to do where they cannot be. */
export function readSecrets(row: DestinationRow): Record<string, string> {
  const secrets = openSecrets(row);
  if (secrets) return secrets;
  const why = explain("site_secrets_locked", { site: kindNamed(row.kind).siteName(row.settings) });
  throw new AppError("conflict", `${why?.sentence} ${why?.remedy}`);
}

/** The row of a destination; null when it is gone. */
export async function destinationRow(db: Db, id: string): Promise<DestinationRow | null> {
  const [row] = await db.select().from(destinations).where(eq(destinations.id, id));
  return row ?? null;
}
