import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { alertChannels, alertMutes } from "#db/schema/alerts.ts";
import { log } from "../../log.ts";
import { type OpenChannel, openChannel } from "./channel.ts";

/** The channels that take alerts about the spool, as they were when the database last answered. */
export type KnownChannels = { list(): OpenChannel[]; refresh(db: Db): Promise<void> };

type Kept = { id: string; name: string; sealed: string };

/**
 * Remembers channels in memory and, sealed as they lie in the database, in `folder`, so that a process which starts while
 * the database is away can tell somebody. While the kind is muted there are none.
 */
export function openKnownChannels(folder: string): KnownChannels {
  const file = path.join(folder, "known-channels.json");
  let last = "";
  let channels: OpenChannel[] = [];
  const open = (kept: Kept[]) =>
    kept.map(({ sealed, ...rest }) => openChannel({ ...rest, sealed: Buffer.from(sealed, "base64") }));
  try {
    last = readFileSync(file, "utf8");
    channels = open(JSON.parse(last) as Kept[]);
  } catch {
    // No file, or one of another ENCRYPTION_KEY: the first answer of the database replaces it.
  }
  return {
    list: () => channels,
    async refresh(db) {
      const kept = await readChannels(db);
      const text = JSON.stringify(kept);
      if (text === last) return;
      channels = open(kept);
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(`${file}.new`, text, { mode: 0o600 });
        renameSync(`${file}.new`, file);
        last = text;
      } catch (error) {
        log.warn({ err: error }, "alerts.channels_not_kept_on_disk");
      }
    },
  };
}

async function readChannels(db: Db): Promise<Kept[]> {
  const muted = await db
    .select({ id: alertMutes.id })
    .from(alertMutes)
    .where(and(eq(alertMutes.kind, "spool"), isNull(alertMutes.endedAt), sql`${alertMutes.until} > now()`));
  if (muted.length > 0) return [];
  const rows = await db
    .select({ id: alertChannels.id, name: alertChannels.name, sealed: alertChannels.sealed })
    .from(alertChannels)
    .where(
      and(
        eq(alertChannels.enabled, true),
        sql`(${alertChannels.alertKinds} is null or 'spool' = any(${alertChannels.alertKinds}))`,
      ),
    )
    .orderBy(alertChannels.id);
  return rows.map(({ sealed, ...rest }) => ({ ...rest, sealed: sealed.toString("base64") }));
}
