import { sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { writeTraces } from "#db/schema/guards.ts";
import { env } from "../env.ts";
import { uuidv7 } from "../ids.ts";
import { keyedHash } from "../secrets.ts";

/**
 * How long a write is remembered, in minutes: ActiveCampaign sends an event "within a minute", and a loop worth
 * stopping turns several times in this while.
 */
export const traceMinutes = 10;

/** One write to a contact, as it is remembered. `name` is a tag's name, or a field's personalisation tag. */
export type WriteTrace = {
  kind: "field" | "tag_added" | "tag_removed";
  name: string;
  valueHash: string | null;
};

type Target = { connectionId: string; contactId: string };

/** A field's tag without its percent signs, or a tag's name, in lower case. */
export const plainName = (name: string) => name.replaceAll("%", "").trim().toLowerCase();

/** The keyed hash under which a written value is remembered; good for comparing, for nothing else. */
export const traceHash = ({ connectionId, contactId }: Target, field: string, value: string): string =>
  keyedHash(env().ENCRYPTION_KEY, ["trace", connectionId, contactId, plainName(field), value].join("\n"));

/** Remembers a write that is about to be made, so durably that no crash between the two forgets it. */
export async function leaveTrace(
  db: Db,
  target: Target,
  write: { kind: WriteTrace["kind"]; name: string; value?: string },
): Promise<void> {
  const { kind, value } = write;
  const name = plainName(write.name);
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local synchronous_commit to on`);
    await tx.insert(writeTraces).values({
      id: uuidv7(),
      ...target,
      kind,
      name,
      valueHash: value === undefined ? null : traceHash(target, name, value),
      writtenAt: sql`clock_timestamp()`,
      expiresAt: sql`clock_timestamp() + ${traceMinutes} * interval '1 minute'`,
    });
  });
}

/** Forgets writes that are long past; returns how many. */
export async function forgetTraces(tx: Tx): Promise<number> {
  const gone = await tx.execute(
    sql`delete from write_traces where expires_at < clock_timestamp() returning 1`,
  );
  return gone.length;
}
