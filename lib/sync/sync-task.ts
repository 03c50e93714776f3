import type { JobHelpers } from "graphile-worker";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import type { Slots } from "../queue/share-slots.ts";
import { everydayRuns, type Pace } from "./flood-pace.ts";
import { runSync } from "./run.ts";

const payload = z.object({ connectionId: z.string(), contactRef: z.string() });

/** A run whose connection has enough looks again after about this long, in milliseconds. */
const againMs = 300;
/** How long a connection's pace is believed. */
const believedMs = 10_000;

/** The queue's task `sync`: one run of one contact, when its connection has room for it; else it goes back. */
export function syncTask(db: Db, slots: Slots, workerId: () => string) {
  const paces = new Map<string, { pace: Pace | undefined; until: number }>();

  async function paceOf(id: string): Promise<Pace | undefined> {
    const known = paces.get(id);
    if (known && known.until > performance.now()) return known.pace;
    const [pace] = await db.$client<Pace[]>`
      select sideload, calls_per_second as "callsPerSecond", calls_per_minute as "callsPerMinute"
      from connections where id = ${id}`;
    paces.set(id, { pace, until: performance.now() + believedMs });
    return pace;
  }

  return async (given: unknown, helpers: Pick<JobHelpers, "job">): Promise<void> => {
    const ref = payload.parse(given);
    const pace = await paceOf(ref.connectionId);
    const { priority } = helpers.job;
    const most = pace ? everydayRuns(pace) : 1;
    const giveBack = slots.take({ connectionId: ref.connectionId, priority, most });
    if (giveBack) return runSync(db, ref, workerId()).finally(giveBack);
    await db.$client`select enqueue_sync(${ref.connectionId}, ${ref.contactRef},
      now() + ${againMs * (1 + Math.random())} * interval '1 millisecond', ${priority}::int)`;
  };
}
