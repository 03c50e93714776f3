import { asc, eq } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { destinations } from "#db/schema/destinations.ts";
import type { Destination, DestinationHealth, SiteTest } from "../api/destination-shapes.ts";
import { type DestinationRow, destinationRow, kindNamed, openSecrets } from "../push/open-destination.ts";
import { readHealth } from "./destination-health.ts";
import { notFound } from "./not-found.ts";

/** All destinations with their health, oldest first; secrets never leave the database. */
export async function listDestinations(db: Db): Promise<{ items: Destination[]; nextCursor: null }> {
  const rows = await db.select().from(destinations).orderBy(asc(destinations.id));
  const health = await readHealth(db, rows);
  return { items: rows.flatMap((row) => destinationJson(row, health.get(row.id)) ?? []), nextCursor: null };
}

/** One destination with its health. */
export async function getDestination(db: Db, id: string): Promise<Destination> {
  const row = await rowOf(db, id);
  const shown = destinationJson(row, (await readHealth(db, [row])).get(id));
  if (!shown) throw notFound("destination");
  return shown;
}

/** The stored row of a destination. */
export async function rowOf(db: Db, id: string): Promise<DestinationRow> {
  const row = await destinationRow(db, id);
  if (!row) throw notFound("destination");
  return row;
}

/** The stored row of a destination that nobody deletes before the transaction ends. */
export async function keptRow(tx: Tx, id: string): Promise<DestinationRow> {
  const [row] = await tx.select().from(destinations).where(eq(destinations.id, id)).for("key share");
  if (!row) throw notFound("destination");
  return row;
}

/** What a person knows the site by: its host. */
export const siteOf = (row: Pick<DestinationRow, "kind" | "settings">): string =>
  kindNamed(row.kind).siteName(row.settings);

function destinationJson(row: DestinationRow, health: DestinationHealth | undefined): Destination | null {
  if (!health) return null;
  const secrets = openSecrets(row) ?? {};
  const { oldUntil } = secrets;
  return {
    id: row.id,
    kind: row.kind,
    kindLabel: kindNamed(row.kind).label,
    name: row.name,
    site: siteOf(row),
    state: health.state,
    settings: row.settings,
    secretsSet: Object.keys(secrets),
    oldSecretUntil: oldUntil && new Date(oldUntil) > new Date() ? oldUntil : null,
    ratePerMinute: row.ratePerMinute,
    concurrency: row.concurrency,
    // Written by the test alone, with this very shape.
    lastTest: row.lastTest as SiteTest | null,
    health,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
