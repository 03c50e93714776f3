import { setImmediate as nextTurn } from "node:timers/promises";
import type { Db } from "#db/client.ts";

type Waiting<Item, Result> = {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
};
type Line<Item, Result> = { waiting: Waiting<Item, Result>[]; busy: boolean };

/** Most items of a group, so that none locks many rows or takes long. */
const most = 100;
/** A group that takes longer, as one that waits for a lock, no longer holds up those behind it. */
const patienceMs = 250;

/**
 * Group commit for the work of runs: what is asked while a group is under way shares the next one, so a hundred runs
 * cost a few statements and a single one waits for nobody. `work` answers for each item, in order, with its result or
 * its own error, and must be safe to repeat: when a group fails as a whole, each of its items is tried by itself, so that
 * it gets its own answer. Groups of one pool follow each other while they are quick.
 */
export function together<Item, Result>(
  work: (db: Db, items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
): (db: Db, item: Item) => Promise<Result> {
  const lines = new WeakMap<Db, Line<Item, Result>>();

  async function workOff(db: Db, group: readonly Waiting<Item, Result>[]): Promise<void> {
    const items = group.map((one) => one.item);
    const answers = await work(db, items).catch((error: unknown) => ({ error }));
    if (!("error" in answers)) return settle(group, answers);
    if (group.length === 1) return group[0]?.reject(answers.error);
    await Promise.all(group.map((one) => workOff(db, [one])));
  }

  async function keepUp(db: Db, line: Line<Item, Result>): Promise<void> {
    line.busy = true;
    while (line.waiting.length > 0) {
      await nextTurn();
      await inPatience(workOff(db, line.waiting.splice(0, most)));
    }
    line.busy = false;
  }

  return (db, item) => {
    const line = lines.get(db) ?? { waiting: [], busy: false };
    lines.set(db, line);
    return new Promise<Result>((resolve, reject) => {
      line.waiting.push({ item, resolve, reject });
      if (!line.busy) void keepUp(db, line);
    });
  };
}

function inPatience(work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(resolve, patienceMs);
    work.finally(() => clearTimeout(late)).then(resolve, reject);
  });
}

function settle<Item, Result>(
  group: readonly Waiting<Item, Result>[],
  answers: readonly (Result | Error)[],
): void {
  for (const [at, { resolve, reject }] of group.entries()) {
    const answer = answers[at];
    if (answer instanceof Error) reject(answer);
    else if (answer === undefined) reject(new Error("A group left one of its items without an answer."));
    else resolve(answer);
  }
}
