import type { Db } from "#db/client.ts";
import { wantPushes } from "../push/want.ts";
import type { Applied, Item } from "./apply-item.ts";
import { lockMembers } from "./lock-members.ts";
import { planChange, StalePlace } from "./plan-change.ts";
import { together } from "./together.ts";
import { writeChanges } from "./write-changes.ts";

/**
 * Brings the members of a group of contacts up to date in one transaction, flushed to disk. A contact whose run has lost
 * its lease, or whose new address belongs to somebody else, is refused by itself; one that meets another of the group
 * at the same person follows in a transaction of its own.
 */
export const applyTogether = together<Item, Applied>(async (db, items) => {
  const answers = new Map<Item, Applied | Error>();
  for (let left = [...items]; left.length > 0; left = left.filter((item) => !answers.has(item)))
    for (const [item, answer] of await applyGroup(db, apart(left))) answers.set(item, answer);
  return items.map((item) => answers.get(item) ?? new StalePlace());
});

/** The first of those that may concern the same person, by member, address or login; the others have to wait. */
function apart(items: readonly Item[]): Item[] {
  const seen = new Set<string>();
  return items.filter(({ place, view }) => {
    const who = place ? `member ${place.memberId}` : `login ${(view.login ?? view.email).toLowerCase()}`;
    const names = [who, `email ${view.email.toLowerCase()}`];
    const isFirst = names.every((name) => !seen.has(name));
    for (const name of names) seen.add(name);
    return isFirst;
  });
}

async function applyGroup(db: Db, items: readonly Item[]): Promise<Map<Item, Applied | Error>> {
  return db.$client.begin(async (tx) => {
    const held = await lockMembers(tx, items);
    const plans = items.map((item) => ({ item, plan: planChange(item, held) }));
    const changes = plans.flatMap(({ plan }) => (plan instanceof Error ? [] : [plan]));
    const pushes = changes.flatMap((change) => change.push ?? []);
    await Promise.all([writeChanges(tx, changes), pushes.length > 0 && wantPushes(tx, pushes)]);
    return new Map(plans.map(({ item, plan }) => [item, plan]));
  });
}
