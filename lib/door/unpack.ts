import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import type { CommitTimes, WrittenDelivery } from "./new-delivery.ts";
import { isDataError, storeDeliveries, storeFrom } from "./store-deliveries.ts";

/** How many group commits one statement unpacks. */
const commitsPerRound = 20;
/** After a round as full as that the door is busy; a rest as long as the round leaves it half of the database. */
const restMs = { least: 5, most: 250 };
/** More rounds than this are a flood; a reader then shows what is unpacked so far. */
const readerRounds = 25;

/**
 * Moves the oldest group commits from `arrivals` to `deliveries` and `inbox`; resolves with how many. One statement, so
 * a crash leaves them where they were. Several processes share the work: what another has in hand is skipped, or, for
 * one who wants to read it, awaited.
 */
export async function unpack(db: Db, inHand: "skip" | "await" = "skip"): Promise<number> {
  const sql = db.$client;
  const skipped = inHand === "skip" ? sql`skip locked` : sql``;
  try {
    return await storeFrom(
      sql,
      sql`delete from arrivals where id in (select id from arrivals order by id limit ${commitsPerRound}
        for update ${skipped}) returning commit_id, batch, times`,
    );
  } catch (error) {
    if (!isDataError(error)) throw error;
    return unpackOne(db);
  }
}

/** Unpacks the oldest group by hand, where a text in it cannot be stored; storing some of it twice is no harm. */
async function unpackOne(db: Db): Promise<number> {
  const [oldest] = await db.$client<{ id: number; commitId: string; batch: string; times: string }[]>`
    select id, commit_id as "commitId", batch, times from arrivals order by id limit 1`;
  if (!oldest) return 0;
  const deliveries = JSON.parse(oldest.batch) as WrittenDelivery[];
  await storeDeliveries(db, oldest.commitId, deliveries, JSON.parse(oldest.times) as CommitTimes[]);
  await db.$client`delete from arrivals where id = ${oldest.id}`;
  return 1;
}

/** Unpacks what arrived before this moment, so that a reader finds every delivery that was answered. */
export async function unpackForReader(db: Db): Promise<void> {
  for (let round = 0; round < readerRounds; round++) if ((await unpack(db, "await")) === 0) return;
}

export type Unpacker = { wake(): void; close(): Promise<void> };

/** Unpacks in the background whenever it is woken, one round at a time, resting while the door is busy. */
export function openUnpacker(db: Db): Unpacker {
  let running: Promise<void> | null = null;
  let again = false;

  async function run(): Promise<void> {
    do {
      again = false;
      const began = performance.now();
      const taken = await unpack(db);
      if (taken < commitsPerRound) continue;
      again = true;
      await sleep(Math.min(restMs.most, Math.max(restMs.least, performance.now() - began)));
    } while (again);
  }

  return {
    wake() {
      again = true;
      running ??= run()
        .catch((error) => log.warn({ err: error }, "door.not_unpacked"))
        .finally(() => {
          running = null;
        });
    },
    async close() {
      await running;
    },
  };
}
