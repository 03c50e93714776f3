import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { erasures, type ToldSite } from "#db/schema/retention.ts";
import { kindNamed } from "../push/open-destination.ts";
import { siteReason } from "../push/settle.ts";
import { wantOne } from "../push/want.ts";
import { isStopping } from "../shutdown.ts";
import { listed, type Subject, textsOf } from "./erase-subject.ts";

const pollMs = 100;
/** A site that is down must not keep a person from being erased: after this long a person has to go and look there. */
const limitMs = 60_000;

type Row = Omit<ToldSite, "site" | "status"> & {
  kind: string;
  settings: Record<string, unknown>;
  /** Nothing more is tried by itself. */
  ended: boolean;
  /** The site has them, or may have: a push to it was not heard of. */
  known: boolean;
  worked: string | null;
};

/**
 * Asks every site to let the person go, waits for the answers up to a limit, and writes down what became of each. A
 * site that does not answer in time is noted as not told, and the erasure goes on. Asking twice changes nothing.
 */
export async function tellSites(
  db: Db,
  erasureId: string,
  subject: Subject,
  waitMs: number = limitMs,
): Promise<void> {
  const before = await readTargets(db, subject);
  await askAll(db, subject);
  let rows = await readTargets(db, subject);
  for (const limit = Date.now() + waitMs; rows.some((one) => !one.ended) && Date.now() < limit; ) {
    if (isStopping()) throw new Error("The process stops; the erasure goes on at the next start.");
    await sleep(pollMs);
    rows = await readTargets(db, subject);
  }
  const knew = new Set(before.filter(({ known }) => known).map(({ destinationId }) => destinationId));
  const sites = rows.map((row) => toldOf(row, knew.has(row.destinationId), subject));
  // A person who came back meanwhile is told of once more: what an earlier round said of other sites stays.
  const [row] = await db.select({ sites: erasures.sites }).from(erasures).where(eq(erasures.id, erasureId));
  const named = new Set(sites.map((one) => one.destinationId));
  const earlier = (row?.sites ?? []).filter((one) => !named.has(one.destinationId));
  await db
    .update(erasures)
    .set({ sites: [...earlier, ...sites] })
    .where(eq(erasures.id, erasureId));
}

async function askAll(db: Db, { memberIds }: Subject): Promise<void> {
  await db.transaction(async (tx) => {
    const targets = await tx.execute<{ destinationId: string; memberId: string }>(sql`
      select destination_id as "destinationId", member_id as "memberId" from push_targets
      where member_id in ${listed(memberIds)} and not (want = 'unlink' and state = 'idle') order by 1, 2`);
    for (const { destinationId, memberId } of targets) await wantOne(tx, destinationId, memberId, "unlink");
  });
}

/** A person has one member but for rare cases; the site counts as told when each of them is. */
const readTargets = (db: Db, { memberIds }: Subject): Promise<Row[]> =>
  db.execute<Row>(sql`
    select d.id as "destinationId", d.name, d.kind, d.settings,
      bool_and(d.state <> 'active' or t.state in ('idle', 'dead', 'refused')) as ended,
      bool_or(t.external_id is not null or t.want = 'unlink' or (t.state <> 'idle' and t.attempts > 0)) as known,
      (array_agg(${siteReason} order by t.state = 'idle'))[1] as reason,
      (array_agg(case when t.state <> 'refused' then t.detail end order by t.state = 'idle'))[1] as detail,
      case when bool_and(t.state = 'idle') then min(p.status) end as worked
    from push_targets t join destinations d on d.id = t.destination_id
    left join lateral (
      select status from pushes where destination_id = d.id and member_id = t.member_id order by id desc limit 1) as p on true
    where t.member_id in ${listed(memberIds)} group by d.id order by d.id`);

function toldOf(row: Row, knew: boolean, subject: Subject): ToldSite {
  const { destinationId, name, kind, settings, worked, reason, detail } = row;
  const at = { destinationId, name, site: kindNamed(kind).siteName(settings), reason: null, detail: null };
  if (worked === "done") return { ...at, status: "told" };
  if (worked !== null) return { ...at, status: knew ? "left" : "unknown" };
  const isAboutThem = textsOf(subject).some((text) => detail?.toLowerCase().includes(text.toLowerCase()));
  return { ...at, status: "not_told", reason, detail: isAboutThem ? null : detail };
}
