import { asc, eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { alertChannels, alertSends } from "#db/schema/alerts.ts";
import type {
  AlertChannel,
  AlertChannelCreate,
  AlertChannelPatch,
  AlertChannelSaved,
  AlertTest,
} from "../api/alert-shapes.ts";
import { audit } from "../auth/audit.ts";
import {
  type Address,
  type ChannelRow,
  openChannel,
  sealAddress,
  shownAddress,
} from "../care/alerts/channel.ts";
import { testMessage } from "../care/alerts/message.ts";
import { dropWaiting, sendToChannel, settle } from "../care/alerts/outbox.ts";
import { AppError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { canMail } from "../mail.ts";
import { newSigningSecret } from "../secrets.ts";
import { notFound } from "./not-found.ts";

const waiting = sql<number>`(
  select count(*)::int from ${alertSends} s where s.channel_id = alert_channels.id and s.next_at is not null)`;

/** Every channel, oldest first, with how it is doing. */
export async function listChannels(
  db: Db,
): Promise<{ items: AlertChannel[]; nextCursor: null; canMail: boolean }> {
  const rows = await db
    .select({ row: alertChannels, waiting })
    .from(alertChannels)
    .orderBy(asc(alertChannels.id));
  return {
    items: rows.map((one) => channelJson(one.row, one.waiting)),
    nextCursor: null,
    canMail: canMail(),
  };
}

function channelJson(row: ChannelRow, waitingCount: number): AlertChannel {
  const { sealed: _, updatedAt: __, lastSentAt, failingSince, createdAt, ...open } = row;
  return {
    ...open,
    lastSentAt: lastSentAt?.toISOString() ?? null,
    failingSince: failingSince?.toISOString() ?? null,
    waiting: waitingCount,
    createdAt: createdAt.toISOString(),
  };
}

async function saved(db: Db, id: string, secret: string | null): Promise<AlertChannelSaved> {
  const [one] = await db
    .select({ row: alertChannels, waiting })
    .from(alertChannels)
    .where(eq(alertChannels.id, id));
  if (!one) throw notFound("channel");
  return { ...channelJson(one.row, one.waiting), secret };
}

async function channelRow(db: Db, id: string): Promise<ChannelRow> {
  const [row] = await db.select().from(alertChannels).where(eq(alertChannels.id, id));
  if (!row) throw notFound("channel");
  return row;
}

/** Keeps a new channel; an HTTP one gets a signing secret, which only this answer shows. */
export async function createChannel(
  db: Db,
  given: AlertChannelCreate,
  actor: string,
): Promise<AlertChannelSaved> {
  const { kind, name, alertKinds } = given;
  const secret = kind === "http" ? newSigningSecret() : null;
  const address: Address =
    given.kind === "email"
      ? { kind: "email", to: given.to }
      : given.kind === "slack"
        ? { kind: "slack", url: given.url }
        : { kind: "http", url: given.url, secret: secret ?? "" };
  const id = uuidv7();
  const shown = shownAddress(address);
  await db.transaction(async (tx) => {
    await tx
      .insert(alertChannels)
      .values({ id, kind, name, alertKinds, shown, sealed: sealAddress(address) });
    await audit(tx, actor, "created", "alert channel", id, { kind, name, to: shown });
  });
  return saved(db, id, secret);
}

/** Changes a channel; what waits for one that is turned off is not sent any more. */
export async function patchChannel(
  db: Db,
  id: string,
  patch: AlertChannelPatch,
  actor: string,
): Promise<AlertChannelSaved> {
  const { to, url, newSecret, ...settings } = patch;
  const before = openChannel(await channelRow(db, id)).address;
  const { address, secret } = changedAddress(before, patch);
  await db.transaction(async (tx) => {
    const where = { sealed: sealAddress(address), shown: shownAddress(address) };
    await tx
      .update(alertChannels)
      .set({ ...settings, ...where, updatedAt: sql`now()` })
      .where(eq(alertChannels.id, id));
    if (settings.enabled === false) await dropWaiting(tx, id);
    await audit(tx, actor, "changed", "alert channel", id, { fields: Object.keys(patch) });
  });
  return saved(db, id, secret);
}

function changedAddress(
  before: Address,
  { to, url, newSecret }: AlertChannelPatch,
): { address: Address; secret: string | null } {
  const wrong = before.kind === "email" ? (url ?? newSecret) : to;
  if (wrong !== undefined)
    throw new AppError("invalid", "This setting belongs to another kind of channel.", [
      { path: before.kind === "email" ? "url" : "to", message: "Not a setting of this kind of channel" },
    ]);
  if (before.kind === "email") return { address: { ...before, ...(to ? { to } : {}) }, secret: null };
  const moved = { ...before, ...(url ? { url } : {}) };
  if (moved.kind === "slack" || !newSecret) return { address: moved, secret: null };
  const secret = newSigningSecret();
  return { address: { ...moved, secret }, secret };
}

/** Removes a channel with what waits for it and its part of the history. */
export async function removeChannel(db: Db, id: string, actor: string): Promise<{ ended: true }> {
  await db.transaction(async (tx) => {
    const [row] = await tx.delete(alertChannels).where(eq(alertChannels.id, id)).returning();
    if (!row) throw notFound("channel");
    await audit(tx, actor, "removed", "alert channel", id, { kind: row.kind, name: row.name });
  });
  return { ended: true };
}

/** Sends one real test message now; how it ended is the answer, and is kept on the channel. */
export async function testChannel(db: Db, id: string, actor: string): Promise<AlertTest> {
  const row = await channelRow(db, id);
  const message = testMessage(row.name, actor);
  const sendId = uuidv7();
  await db.transaction(async (tx) => {
    await tx
      .insert(alertSends)
      .values({ id: sendId, channelId: id, transition: "test", message, attempts: 1 });
    await audit(tx, actor, "tested", "alert channel", id, {});
  });
  const began = performance.now();
  const error = await sendToChannel(row, sendId, message);
  const ms = Math.round(performance.now() - began);
  await settle(db, sendId, id, error, null);
  return { sent: error === null, error, ms };
}
