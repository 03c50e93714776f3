import { priorities } from "./enqueue.ts";

/** A connection may use up to this many times the slots that are free: alone four fifths, two of them 44 % each. */
const share = 4;

/** A run that asks for a slot: `priority` is its job's, `most` how many everyday runs its connection's budget bears. */
export type Asking = { connectionId: string; priority: number; most: number };

export type Slots = {
  /** Flags of the jobs for which the queue has to leave out a connection; null when none has enough runs. */
  full(): string[] | null;
  /** Takes a slot and gives what returns it. Null: this run must wait, its connection has enough. */
  take(asking: Asking): (() => void) | null;
};

type Running = { count: number; most: number };

/**
 * Shares the slots of a worker between connections, so that one with a crowd of runs, or a CRM that hangs, leaves room
 * for the webhooks of the others: while a slot is free, a connection without runs gets it. New members do not wait
 * for their connection's budget, and a person's run is never turned away.
 */
export function shareSlots(total: number): Slots {
  const running = new Map<string, Running>();
  let used = 0;
  const hasShare = ({ count }: Running) => count >= share * (total - used);
  const mayTake = (one: Running, priority: number) =>
    priority <= priorities.person || (!hasShare(one) && (priority <= priorities.add || one.count < one.most));
  return {
    full() {
      const flags = [...running].flatMap(([id, one]) => {
        if (hasShare(one)) return [`shared:${id}`];
        return one.count >= one.most ? [`everyday:${id}`] : [];
      });
      return flags.length > 0 ? flags : null;
    },
    take({ connectionId, priority, most }) {
      const mine = { count: running.get(connectionId)?.count ?? 0, most };
      if (!mayTake(mine, priority)) return null;
      running.set(connectionId, { count: mine.count + 1, most });
      used += 1;
      return () => {
        used -= 1;
        const now = running.get(connectionId);
        if (now && now.count > 1) running.set(connectionId, { ...now, count: now.count - 1 });
        else running.delete(connectionId);
      };
    },
  };
}
