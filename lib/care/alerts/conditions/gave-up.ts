import { sql } from "drizzle-orm";
import type { connections } from "#db/schema/connections.ts";
import { crms } from "../../../crm/registry.ts";
import { explain, type ReasonCode, reasons } from "../../../reasons.ts";
import { type Condition, counted, type ReadConditions } from "../condition.ts";
import { readLimits } from "../limits.ts";

type Cause = {
  reason: ReasonCode;
  connectionId: string;
  name: string | null;
  kind: typeof connections.$inferSelect.kind | null;
  detail: string | null;
  details: number;
  count: number;
};

/** What gave up in the last 24 hours and was not run again, by what went wrong on which connection. */
export const readGaveUp: ReadConditions = async (db) => {
  const { gaveUpCount } = await readLimits(db);
  const rows = await db.execute<Cause>(sql`
    select o.reason, o.connection_id as "connectionId", c.name, c.kind, count(*)::int as count,
      max(o.detail) as detail, count(distinct o.detail)::int as details
    from outcomes o left join connections c on c.id = o.connection_id
    where o.status = 'dead' and o.reason is not null and o.finished_at > now() - interval '24 hours'
    group by 1, 2, 3, 4 having count(*) >= ${gaveUpCount} order by count desc limit 50`);
  return rows.map(conditionOf);
};

function conditionOf(cause: Cause): Condition {
  const { reason, connectionId, count } = cause;
  const crm = cause.kind && crms[cause.kind].label;
  const explained = explain(reason, { crm, detail: shownDetail(cause) });
  const query = new URLSearchParams({ status: "dead", reason, range: "30d" });
  if (connectionId) query.set("connection", connectionId);
  return {
    kind: "gave_up",
    key: `gave_up:${reason}:${connectionId ?? "none"}`,
    connectionId,
    level: "bad",
    text: {
      title: `${about(cause) ?? explained?.sentence ?? ""} ${counted(count, "webhook")} of ${cause.name ?? "a removed connection"} gave up.`,
      safe: "Nothing is lost: what gave up is kept and can be run again.",
      remedy: explained?.remedy ?? "",
      path: `/webhooks?${query}`,
      action: "Show them",
    },
  };
}

/** A contact without an e-mail address has nothing but its id: that of one is told, of more how many they are. */
function about({ reason, details, count }: Cause): string | null {
  if (reason !== "no_email" || details === 1) return null;
  return `Stopped at Member: ${counted(details || count, "contact has", "contacts have")} no e-mail address.`;
}

/** What may leave the console: never whom a reason is about beyond the CRM’s id, and no detail of one webhook for many. */
function shownDetail({ reason, detail, details }: Cause): string {
  if (reason === "no_email" && details === 1 && detail) return detail;
  if (reasons[reason]?.family === "member") return "…";
  return details === 1 && detail ? detail : "see the log";
}
