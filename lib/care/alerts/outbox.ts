import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { alertChannels, alertSends } from "#db/schema/alerts.ts";
import { log } from "../../log.ts";
import { type ChannelRow, openChannel, sendMessage } from "./channel.ts";
import type { Message } from "./message.ts";

/** Seconds until the next try; after the last one the message is given up, about a day after it was written. */
const delaysSeconds = [5, 20, 60, 300, 900, 3_600, 10_800, 21_600, 43_200];
/** A sender that died is followed by another after this long; a send takes 15 s at most. */
const leaseSeconds = 60;
const atOnce = 4;

type Claimed = { id: string; channelId: string; message: Message; attempts: number };

/**
 * Takes the next message that is due, for one sender. Messages of one alert leave in order: that it closed is not told
 * before that it opened was told, or given up.
 */
async function claim(db: Db): Promise<Claimed | undefined> {
  const [row] = await db.execute<Claimed>(sql`
    update alert_sends set attempts = attempts + 1, claimed_until = clock_timestamp() + ${leaseSeconds} * interval '1 second'
    where id = (
      select s.id from alert_sends s
      where s.next_at <= clock_timestamp() and (s.claimed_until is null or s.claimed_until < clock_timestamp())
        and not exists (select from alert_sends e where e.alert_id = s.alert_id and e.channel_id = s.channel_id
          and e.next_at is not null and e.id < s.id)
      order by s.next_at, s.id limit 1 for update skip locked)
    returning id, channel_id as "channelId", message, attempts`);
  return row;
}

/**
 * Sends everything that is due, a few at once so that a channel which hangs holds up no other, until `stopping` says to
 * leave the rest; returns how many tries.
 */
export async function sendDue(db: Db, stopping: () => boolean = () => false): Promise<number> {
  let tries = 0;
  const line = async () => {
    while (!stopping()) {
      const next = await claim(db);
      if (!next) return;
      tries += 1;
      await trySend(db, next);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  return tries;
}

async function trySend(db: Db, { id, channelId, message, attempts }: Claimed): Promise<void> {
  const [channel] = await db.select().from(alertChannels).where(eq(alertChannels.id, channelId));
  if (!channel) return;
  const trouble = await sendToChannel(channel, id, message);
  if (trouble) log.warn({ channel: channelId, send: id, attempts, trouble }, "alert.not_sent");
  await settle(db, id, channelId, trouble, trouble === null ? null : (delaysSeconds[attempts - 1] ?? null));
}

/** As `sendMessage`; what is our own failure is logged with its cause and told as one. */
export async function sendToChannel(
  channel: ChannelRow,
  id: string,
  message: Message,
): Promise<string | null> {
  try {
    return await sendMessage(openChannel(channel), id, message);
  } catch (error) {
    log.error({ err: error, channel: channel.id, send: id }, "alert.send_failed");
    return "Rollcall itself failed to send. The server log has the cause.";
  }
}

/** Ends what still waits for a channel that was turned off. */
export async function dropWaiting(tx: Tx, channelId: string): Promise<void> {
  await tx
    .update(alertSends)
    .set({ nextAt: null, error: "The channel was turned off." })
    .where(and(eq(alertSends.channelId, channelId), isNotNull(alertSends.nextAt)));
}

/** Notes how a try ended, on the message and its channel; `again` is in how many seconds the next one comes. */
export async function settle(
  db: Db,
  id: string,
  channelId: string,
  trouble: string | null,
  again: number | null,
): Promise<void> {
  const sent = trouble === null;
  const nextAt = again === null ? null : sql`clock_timestamp() + ${again} * interval '1 second'`;
  await db.transaction(async (tx) => {
    // A send that outlived its lease was followed by another try; the first that was taken stands.
    await tx
      .update(alertSends)
      .set({
        error: trouble,
        nextAt,
        claimedUntil: null,
        ...(sent ? { sentAt: sql`clock_timestamp()` } : {}),
      })
      .where(and(eq(alertSends.id, id), sql`${alertSends.sentAt} is null`));
    await tx
      .update(alertChannels)
      .set(
        sent
          ? { lastSentAt: sql`clock_timestamp()`, failingSince: null, lastError: null }
          : {
              failingSince: sql`coalesce(${alertChannels.failingSince}, clock_timestamp())`,
              lastError: trouble,
            },
      )
      .where(eq(alertChannels.id, channelId));
  });
}
