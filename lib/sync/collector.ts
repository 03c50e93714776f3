import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import { openAlarm } from "../alarm.ts";
import { log } from "../log.ts";
import { type Collected, collectRound, followUp } from "./collect.ts";

/** A lost notification costs at most this long. */
const pollMs = 1_000;
/** While the door is busy, a rest three times as long as the round leaves it the database. */
const restShare = 3;
const mostRestMs = 1_000;
/** A round of fewer deliveries is no sign of a busy door. */
const manyAtOnce = 50;
/** What follows rounds follows them together, at most this much later. */
const followMs = 250;

/** How many group commits the door has made so far. */
async function commitsSoFar(db: Db): Promise<number> {
  const [row] = await db.$client<{ last: string }[]>`select last_value as last from inbox_id_seq`;
  return Number(row?.last ?? 0);
}

/** Collects whenever the door says that something came, until stopped. A failed round is tried again. */
export async function startCollector(db: Db): Promise<{ stop(): Promise<void> }> {
  const alarm = openAlarm();
  let stopping = false;
  const listening = await db.$client.listen("rollcall_inbox", alarm.ring, alarm.ring);

  let seen = 0;
  /** Rests after a round that took `ms`: in full while as much comes as is collected, not at all when nothing comes. */
  async function rest(ms: number, collected: number): Promise<void> {
    const commits = await commitsSoFar(db).catch(() => seen);
    const come = Math.min(1, (commits - seen) / collected);
    seen = commits;
    await sleep(Math.min(mostRestMs, restShare * ms * come));
  }

  let rounds: Collected[] = [];
  let followedAt = 0;
  async function follow(): Promise<void> {
    const done = rounds;
    rounds = [];
    followedAt = performance.now();
    await followUp(db, done).catch((error) => log.error({ err: error }, "collect.not_followed"));
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      const began = performance.now();
      const round = await collectRound(db).catch((error) => {
        log.error({ err: error }, "collect.failed");
        return null;
      });
      const taken = round?.arrived.ids.length ?? 0;
      if (round) rounds.push(round);
      if (rounds.length > 0 && began - followedAt >= followMs) await follow();
      if (taken > 0) log.debug({ taken }, "collect.done");
      // Fewer were all there was; what came meanwhile has said so.
      if (round && taken >= manyAtOnce) await rest(performance.now() - began, round.commits);
      else if (!stopping) await alarm.sleep(rounds.length > 0 ? followMs : pollMs);
    }
    await follow();
  }
  const running = loop();
  return {
    async stop() {
      stopping = true;
      alarm.ring();
      await running;
      await listening.unlisten().catch(() => undefined);
    },
  };
}
