import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { isOpen, type Span } from "./retention-rows.ts";

/** One day (UTC) of deliveries, which is a table of its own and goes at once. */
export type Day = { name: string; table: string; span: Span & { from: Date } };

/** How long a door may have to wait behind the lock that takes a day away, in milliseconds, and how often it is tried. */
const lockMs = 100;
const tries = 40;
const pauseMs = 500;

const dayMs = 24 * 3600 * 1000;

/** The days that lie wholly before a moment, oldest first. */
export async function daysBefore(db: Db, until: Date): Promise<Day[]> {
  const rows = await db.execute<{ table: string }>(sql`
    select c.relname as table from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'deliveries'::regclass and c.relname ~ '^deliveries_[0-9]{8}$' order by c.relname`);
  return rows.map(({ table }) => dayOf(table)).filter((day) => day.span.until <= until);
}

function dayOf(table: string): Day {
  const name = table.replace(/^deliveries_(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
  const from = new Date(`${name}T00:00:00Z`);
  return { name, table, span: { from, until: new Date(from.getTime() + dayMs) } };
}

/**
 * Takes a day away: detached under a lock that nobody waits for longer than 100 ms, then dropped, which locks nothing
 * the door uses. False when something of it is open after all, or no quiet moment was found: the day then stays.
 * (PostgreSQL detaches concurrently only where there is no default partition, and there is one.)
 */
export async function dropDay(db: Db, day: Day): Promise<boolean> {
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const outcome = await detach(db, day);
    if (outcome === "detached") {
      await db.execute(sql`drop table if exists ${sql.identifier(day.table)}`);
      return true;
    }
    if (outcome === "open") return false;
    await sleep(pauseMs);
  }
  log.warn({ day: day.name }, "retention.day_busy");
  return false;
}

function detach(db: Db, day: Day): Promise<"detached" | "open" | "busy"> {
  return db
    .transaction(async (tx) => {
      await tx.execute(sql`select set_config('lock_timeout', ${`${lockMs}ms`}, true)`);
      await tx.execute(sql`lock table deliveries in access exclusive mode`);
      if (await isOpen(tx, day.span)) return "open" as const;
      await tx.execute(sql`alter table deliveries detach partition ${sql.identifier(day.table)}`);
      return "detached" as const;
    })
    .catch((error: unknown) => {
      if (isLockTimeout(error)) return "busy" as const;
      throw error;
    });
}

/** SQLSTATE 55P03 of `lock_timeout`; drizzle wraps what the driver threw. */
function isLockTimeout(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ("code" in error && error.code === "55P03") return true;
  return "cause" in error && isLockTimeout(error.cause);
}

/** Drops days that an earlier clean-up detached and then was stopped before it could drop them. */
export async function dropDetachedDays(db: Db): Promise<void> {
  const rows = await db.execute<{ table: string }>(sql`
    select relname as table from pg_class
    where relname ~ '^deliveries_[0-9]{8}$' and relkind = 'r' and not relispartition
      and relnamespace = (select relnamespace from pg_class where oid = 'deliveries'::regclass)`);
  for (const { table } of rows) await db.execute(sql`drop table if exists ${sql.identifier(table)}`);
}
