import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { DeliveryStep } from "../api/delivery-shapes.ts";
import { siteReason } from "../push/settle.ts";
import type { DeliveryRow } from "./delivery-rows.ts";
import { inWords } from "./destination-health.ts";
import { iso } from "./reconcile-words.ts";

type Row = {
  name: string | null;
  status:
    | "done"
    | "unchanged"
    | "skipped"
    | "failed"
    | "dead"
    | "refused"
    | "stopped"
    | "running"
    | "waiting";
  startedAt: string;
  ms: number;
  reason: string | null;
  detail: string | null;
  changes: string[];
  syncIds: string[];
};

/**
 * The steps of a delivery at the sites: every attempt to push what its runs brought, oldest first, later ones of a retry
 * too, then what is under way or still due.
 */
export async function readSiteSteps(db: Db, row: DeliveryRow): Promise<DeliveryStep[]> {
  const { memberId, syncIds = [] } = row.outcome ?? {};
  if (!memberId || syncIds.length === 0) return [];
  const mine = sql`member_id = ${memberId} and sync_ids && ${`{${syncIds.join(",")}}`}::uuid[]`;
  const rows = await db.execute<Row>(sql`
    select d.name, s.* from (
      (select destination_id, status, started_at as "startedAt", ms, reason, detail, changes, sync_ids as "syncIds", id
        from pushes where ${mine} order by id desc limit 200)
      union all
      select destination_id, case t.state when 'running' then 'running' else 'waiting' end,
        case t.state when 'failed' then due_at else wanted_at end, 0,
        case t.state when 'failed' then null else ${siteReason} end,
        case when d.state = 'active' and t.state in ('due', 'running')
          then (select b.detail from breakers b where b.key = 'site:' || d.id and b.opened_at is not null) end,
        '{}', sync_ids, null
      from push_targets t join destinations d on d.id = t.destination_id
      where ${mine} and t.state in ('due', 'running', 'failed')
    ) as s left join destinations d on d.id = s.destination_id
    order by s.id nulls last, s."startedAt"`);
  return rows.map((one) => stepOf(one, syncIds));
}

const statuses: Record<Row["status"], DeliveryStep["status"]> = {
  done: "done",
  unchanged: "done",
  skipped: "skipped",
  failed: "failed",
  dead: "failed",
  refused: "failed",
  stopped: "waiting",
  running: "running",
  waiting: "waiting",
};

function stepOf(row: Row, syncIds: readonly string[]): DeliveryStep {
  const { status } = row;
  const site = row.name ?? "a destination that is gone";
  const told = inWords(row.reason, row.detail, site);
  const didWork = status === "done" || status === "unchanged";
  const attempt = syncIds.findLastIndex((id) => row.syncIds.includes(id)) + 1;
  return {
    name: `pushed to ${site}`,
    hop: "sites",
    // What the site could not take stands beside what it took.
    status: didWork && row.reason ? "warn" : statuses[status],
    startedAt: iso(row.startedAt),
    ms: row.ms,
    reason: told.reason,
    detail: row.detail ?? saidOf(row),
    sentence: told.sentence,
    attempt,
  };
}

function saidOf({ status, changes }: Row): string | null {
  if (status === "unchanged") return "nothing to tell";
  return changes.length > 0 ? changes.join(", ") : null;
}
