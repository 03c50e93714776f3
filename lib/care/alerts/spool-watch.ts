import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, isNull } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { alertSends, alerts } from "#db/schema/alerts.ts";
import { doorLoad } from "../../door/counters.ts";
import type { SpoolState } from "../../door/overflow.ts";
import { uuidv7 } from "../../ids.ts";
import { log } from "../../log.ts";
import { type Repeating, repeat } from "../repeat.ts";
import { type OpenChannel, sendMessage } from "./channel.ts";
import type { Condition } from "./condition.ts";
import { spoolConditions } from "./conditions/spool.ts";
import { kindWords } from "./kinds.ts";
import type { KnownChannels } from "./known-channels.ts";
import { messageOf } from "./message.ts";

/** A message that this process sends itself, because the database that holds the outbox is away. */
type OwnSend = {
  id: string;
  channel: OpenChannel;
  attempts: number;
  nextAt: number;
  sentAt: Date | null;
  error: string | null;
};
type Watched = {
  id: string;
  condition: Condition;
  firstSeenAt: Date;
  lastSeenAt: Date;
  openedAt: Date | null;
  /** When the database first had it; after a while it has told people, and this process must not. */
  storedAt: Date | null;
  toldByOutbox: boolean;
  /** Null while nobody was told by this process itself. */
  sends: OwnSend[] | null;
};

const reachLimitMs = 2_000;
/** Alerts are evaluated and sent well within this. */
const handOverSeconds = 30;
const againMs = [5_000, 20_000, 60_000, 300_000];
const { holdSeconds, calmSeconds } = kindWords.spool;
const secondsSince = (at: Date, now: Date) => (now.getTime() - at.getTime()) / 1000;

/**
 * Watches the spool of this process's door. While the database answers, an alert is stored and told like any other. When
 * it does not, the process tells the channels that it knows itself, and stores what it told when the database is back.
 */
export function watchSpool(
  db: Db,
  known: KnownChannels,
  read: () => SpoolState | null = () => doorLoad()?.spool ?? null,
) {
  const watched = new Map<string, Watched>();
  /** One look; what the timer does every few seconds. */
  return async function look(now = new Date()): Promise<void> {
    const reachable = (await isReachable(db)) && (await refreshed(db, known));
    note(watched, spoolConditions(read()), now);
    for (const one of watched.values()) {
      if (!one.openedAt) continue;
      if (reachable) await store(db, known, one, now);
      else if (!one.toldByOutbox) await tellOurselves(one, known.list(), now);
    }
  };
}

/** Looks every five seconds until stopped. */
export const startSpoolWatch = (db: Db, known: KnownChannels): Repeating => {
  const look = watchSpool(db, known);
  return repeat("spool_watch.failed", { everyMs: 5_000 }, () => look());
};

async function isReachable(db: Db): Promise<boolean> {
  const answered = db.$client`select 1`.then(
    () => true,
    () => false,
  );
  return Promise.race([answered, sleep(reachLimitMs, false, { ref: false })]);
}

async function refreshed(db: Db, known: KnownChannels): Promise<boolean> {
  try {
    await known.refresh(db);
    return true;
  } catch (error) {
    log[isBeforeFirstStart(error) ? "debug" : "warn"]({ err: error }, "alerts.channels_not_read");
    return false;
  }
}

/** The door opens before the tables of a first start are made (PostgreSQL's undefined_table). */
const isBeforeFirstStart = (error: unknown): boolean =>
  error instanceof Error && Object(error.cause).code === "42P01";

/** What held long enough opens; what stayed away long enough is forgotten, once it is stored. */
function note(watched: Map<string, Watched>, found: Condition[], now: Date): void {
  for (const condition of found) {
    const one = watched.get(condition.key);
    if (!one) {
      const times = { firstSeenAt: now, lastSeenAt: now, openedAt: null, storedAt: null };
      watched.set(condition.key, { id: uuidv7(), condition, ...times, toldByOutbox: false, sends: null });
    } else Object.assign(one, { condition, lastSeenAt: now });
  }
  for (const [key, one] of watched) {
    const away = !found.some((condition) => condition.key === key);
    if (away && (!one.openedAt || secondsSince(one.lastSeenAt, now) >= calmSeconds)) {
      if (!one.sends) watched.delete(key);
    } else if (!away && !one.openedAt && secondsSince(one.firstSeenAt, now) >= holdSeconds) {
      one.openedAt = now;
      log.warn({ alert: key }, "alert.opened");
    }
  }
}

const rowOf = ({ id, condition, firstSeenAt, lastSeenAt, openedAt, sends }: Watched) => ({
  id,
  ...condition,
  firstSeenAt,
  lastSeenAt,
  openedAt,
  toldAt: sends ? openedAt : null,
  closedAt: null,
  mutedBy: null,
});

/** Sends what is due to the channels this process knows; a channel that does not take it is tried again. */
async function tellOurselves(one: Watched, channels: OpenChannel[], now: Date): Promise<void> {
  const at = now.getTime();
  one.sends ??= channels.map((channel) => ({
    id: uuidv7(),
    channel,
    attempts: 0,
    nextAt: at,
    sentAt: null,
    error: null,
  }));
  const message = messageOf(rowOf(one), "opened");
  const due = one.sends.filter((send) => send.sentAt === null && send.nextAt <= at);
  await Promise.all(
    due.map(async (send) => {
      send.attempts += 1;
      send.error = await sendMessage(send.channel, send.id, message);
      if (send.error === null) send.sentAt = new Date();
      else log.warn({ channel: send.channel.id, send: send.id, trouble: send.error }, "alert.not_sent");
      send.nextAt = at + (againMs[send.attempts - 1] ?? 900_000);
    }),
  );
}

/** Stores the alert, or that it lasts; what was told without the database joins the outbox under the ids it was sent by. */
async function store(db: Db, known: KnownChannels, one: Watched, now: Date): Promise<void> {
  const row = rowOf(one);
  const { lastSeenAt, text, toldAt } = row;
  const channels = new Set(known.list().map(({ id }) => id));
  const kept = await db.transaction(async (tx) => {
    const made = await tx.insert(alerts).values(row).onConflictDoNothing().returning({ id: alerts.id });
    const [current] =
      made.length > 0
        ? made
        : await tx
            .update(alerts)
            .set({ lastSeenAt, text, ...(toldAt ? { toldAt } : {}) })
            .where(and(eq(alerts.key, row.key), isNull(alerts.closedAt)))
            .returning({ id: alerts.id });
    if (!current) return false;
    const message = messageOf(row, "opened");
    const told = (one.sends ?? [])
      .filter(({ channel }) => channels.has(channel.id))
      .map(({ id, channel, attempts, sentAt, error }) => ({
        id,
        alertId: current.id,
        channelId: channel.id,
        transition: "opened" as const,
        message,
        attempts,
        sentAt,
        error,
        nextAt: sentAt ? null : now,
      }));
    if (told.length > 0) await tx.insert(alertSends).values(told).onConflictDoNothing();
    return true;
  });
  // It closed while this process was not looking: if the trouble lasts, it is a new alert.
  if (!kept) Object.assign(one, { id: uuidv7(), storedAt: null, toldByOutbox: false, sends: null });
  else {
    one.storedAt ??= now;
    one.toldByOutbox ||= one.sends !== null || secondsSince(one.storedAt, now) >= handOverSeconds;
    one.sends = null;
  }
}
