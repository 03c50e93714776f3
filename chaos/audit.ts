import { effects } from "./effects.ts";
import type { Lab } from "./lab.ts";
import type { Sent } from "./load.ts";
import { acknowledged, openWork } from "./settle.ts";

/** What became of one delivery, and of the one it is a duplicate of. */
export type Outcome = { id: string; status: string | null; reason: string | null; attempts: number };

/** Whether an outcome is a right end of a call; a scenario may have its own. */
export type RightEnd = (outcome: Outcome, sent: Sent) => boolean;

/** One line of the table. `misses` says in words what is wrong; none means that the promise held. */
export type Audit = {
  sent: number;
  acknowledged: number;
  synced: number;
  lost: number;
  doubled: number;
  misses: string[];
};

/** The member is what the contact is: by this run, or by one that found nothing left to change. */
export const synced: RightEnd = ({ status, reason }) =>
  status === "synced" || (status === "skipped" && reason === "no_change");

/**
 * Checks every accepted call against the database and the CRM: stored once, ended right, its member what its contact is,
 * and nothing done twice that others can see. A call that was not accepted may be there or not, but not twice.
 */
export async function audit(lab: Lab, right: RightEnd = synced): Promise<Audit> {
  const misses: string[] = [];
  const stored = await storedPerMarker(lab);
  const outcomes = await outcomesOf(lab);
  const sentPerMarker = Map.groupBy(lab.sent, (sent) => sent.marker);

  let lost = 0;
  let atEnd = 0;
  const wrong = new Map<string, number>();
  for (const sent of lab.sent) {
    if (sent.deliveryId === null) continue;
    const outcome = outcomes.get(sent.deliveryId);
    if (outcome && right(outcome, sent)) atEnd += 1;
    else {
      lost += 1;
      const end = outcome ? `${outcome.status ?? "no outcome"} ${outcome.reason ?? ""}`.trim() : "not stored";
      wrong.set(end, (wrong.get(end) ?? 0) + 1);
    }
  }
  for (const [end, count] of wrong) misses.push(`${count} accepted calls ended as: ${end}`);

  let doubled = 0;
  for (const [marker, rows] of stored) {
    const extra = rows - (sentPerMarker.get(marker)?.length ?? 0);
    if (extra > 0) doubled += extra;
  }
  if (doubled > 0) misses.push(`${doubled} calls are stored more often than they were sent`);

  const seen = await effects(lab);
  misses.push(...seen.misses);
  const crashes = [lab.web, ...lab.workers].reduce((sum, program) => sum + program.crashes(), 0);
  if (crashes > 0) misses.push(`processes ended by themselves ${crashes} times`);
  const open = Object.entries(await openWork(lab.database, lab.sent)).filter(([, count]) => count > 0);
  for (const [what, count] of open) misses.push(`left open: ${count} ${what}`);
  return {
    sent: lab.sent.length,
    acknowledged: acknowledged(lab.sent).length,
    synced: atEnd,
    lost: lost + seen.wrongMembers,
    doubled: doubled + seen.doubled,
    misses,
  };
}

/** How often each marker was stored, whether or not its sender was told. */
async function storedPerMarker(lab: Lab): Promise<Map<string, number>> {
  const rows = await lab.database.sql()<{ marker: string; count: number }[]>`
    select substring(convert_from(body, 'UTF8') from 'marker-[0-9]+') as marker, count(*)::int as count
    from deliveries where verdict = 'accepted' group by 1`;
  return new Map(rows.map(({ marker, count }) => [marker, count]));
}

/** The outcome of every stored delivery; a duplicate has that of the one whose run covers it. */
async function outcomesOf(lab: Lab): Promise<Map<string, Outcome>> {
  const rows = await lab.database.sql()<(Outcome & { duplicateOf: string | null })[]>`
    select d.id, o.status, o.reason, coalesce(o.attempts, 0) as attempts, o.duplicate_of as "duplicateOf"
    from deliveries d left join outcomes o on o.delivery_id = d.id`;
  const all = new Map(rows.map((row) => [row.id, row]));
  const covering = (row: (typeof rows)[number]): Outcome => {
    const other = row.duplicateOf === null ? undefined : all.get(row.duplicateOf);
    return other ? covering(other) : row;
  };
  return new Map(rows.map((row) => [row.id, covering(row)]));
}
