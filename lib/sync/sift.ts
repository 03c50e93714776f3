import type { Db } from "#db/client.ts";
import type { ContactRef } from "../queue/enqueue.ts";
import { type Judged, judgeEvents } from "./echoes.ts";
import { leaveDeliveries } from "./finish.ts";
import type { Run } from "./lease.ts";
import { countRound, noteHeld, roundsInWords } from "./loop-guard.ts";
import { connectionById } from "./open-connection.ts";
import { together } from "./together.ts";
import type { Left } from "./verdict.ts";
import type { WriteTrace } from "./write-traces.ts";

const echo: Left = { status: "filtered", reason: "echo", detail: null };

/**
 * Takes out of a run what needs no reading of the contact: echoes of Rollcall's own writes, and events of a contact
 * whose guard is open. When nothing else is left, `left` says how the run ends; else those are settled here, and `run`
 * is the rest. What a person asked for again passes. Costs one short query where Rollcall wrote nothing lately.
 */
export async function sift(db: Db, ref: ContactRef, run: Run): Promise<{ run: Run; left: Left | null }> {
  const events = run.deliveries.filter((one) => one.trigger === "event" && one.attemptsBefore === 0);
  if (events.length === 0 || ref.contactRef.startsWith("email:")) return { run, left: null };
  const { traces, guarded } = await readMarks(db, ref);
  if (traces.length === 0 && !guarded) return { run, left: null };

  const open = await connectionById(db, ref.connectionId);
  const asksMore = new Set(
    events.filter((one) => one.params.role || one.params.sendNotification).map((one) => one.deliveryId),
  );
  const ids = events.map((one) => one.deliveryId);
  const judged = (await judgeEvents(db, open, ref, ids, traces)).map((one) =>
    asksMore.has(one.deliveryId) ? { ...one, worth: "news" as const } : one,
  );
  const echoes = judged.filter((one) => one.worth === "echo").map((one) => one.deliveryId);
  const others = judged.filter((one) => one.worth !== "echo");
  const rounds = await roundsThatHold(db, ref, run.syncId, others, guarded);
  const held = rounds === null ? [] : others.map((one) => one.deliveryId);
  const looping: Left = { status: "held", reason: "loop_guard", detail: roundsInWords(rounds ?? 0) };

  const out = new Set([...echoes, ...held]);
  const rest = run.deliveries.filter((one) => !out.has(one.deliveryId));
  if (rest.length + run.drifts.length > 0) {
    await leaveDeliveries(db, run.syncId, echoes, echo);
    await leaveDeliveries(db, run.syncId, held, looping);
    return { run: { ...run, deliveries: rest }, left: null };
  }
  if (held.length === 0) return { run, left: echo };
  await leaveDeliveries(db, run.syncId, echoes, echo);
  return {
    run: { ...run, deliveries: run.deliveries.filter((one) => held.includes(one.deliveryId)) },
    left: looping,
  };
}

type Marks = { traces: WriteTrace[]; guarded: boolean };

const readMarks = together(async (db, refs: readonly ContactRef[]) => {
  const wanted = refs.map(({ connectionId, contactRef }, at) => ({ at, connectionId, contactRef }));
  const marks = await db.$client<(Marks & { at: number })[]>`
    select w.at,
      coalesce((select json_agg(json_build_object('kind', kind, 'name', name, 'valueHash', value_hash))
        from write_traces t where t.connection_id = w."connectionId" and t.contact_id = w."contactRef"
          and t.expires_at > clock_timestamp()), '[]'::json) as traces,
      exists (select from loop_guards g where g.connection_id = w."connectionId" and g.contact_id = w."contactRef"
        and g.closed_at is null) as guarded
    from json_to_recordset(${JSON.stringify(wanted)}::text::json)
      as w(at int, "connectionId" uuid, "contactRef" text)`;
  const byPlace = new Map(marks.map(({ at, traces, guarded }) => [at, { traces, guarded }]));
  return refs.map((_, at): Marks => byPlace.get(at) ?? { traces: [], guarded: false });
});

/** The rounds for which these events are to be held; null when they may run. */
async function roundsThatHold(
  db: Db,
  ref: ContactRef,
  syncId: string,
  others: readonly Judged[],
  guarded: boolean,
): Promise<number | null> {
  if (others.length === 0) return null;
  if (guarded) return noteHeld(db, ref, others.length);
  const newsAt = others.findLast((one) => one.worth === "news")?.receivedAt;
  if (newsAt === undefined || (await countRound(db, ref, syncId, newsAt)) === null) return null;
  return noteHeld(db, ref, others.length);
}
