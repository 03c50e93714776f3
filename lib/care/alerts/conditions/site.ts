import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { breakerOf, kindNamed } from "../../../push/open-destination.ts";
import type { BreakerState } from "../../../queue/breaker.ts";
import { explain } from "../../../reasons.ts";
import { type Condition, counted, type ReadConditions } from "../condition.ts";
import { saidOnce } from "../said-once.ts";

type Row = {
  id: string;
  name: string;
  kind: string;
  settings: Record<string, unknown>;
  state: "active" | "paused" | "stopped";
  reason: string | null;
  detail: string | null;
  waiting: number;
};

const readRows = (db: Db): Promise<Row[]> =>
  db.execute<Row>(sql`
    select d.id, d.name, d.kind, d.settings, d.state, d.reason, d.detail, (
      select count(*)::int from push_targets t
      where t.destination_id = d.id and t.state in ('due', 'running', 'failed')) as waiting
    from destinations d order by d.id`);

const why = ({ kind, settings }: Row, { reason, detail }: { reason: string | null; detail: string | null }) =>
  explain(reason, { site: kindNamed(kind).siteName(settings), detail });

const owed = (waiting: number): string =>
  waiting === 0 ? "Nobody waits for it yet." : `${counted(waiting, "member waits", "members wait")} for it.`;

/** Destinations that only a person can set going again. */
export const readSiteStopped: ReadConditions = async (db) =>
  (await readRows(db))
    .filter(({ state }) => state === "stopped")
    .map((row): Condition => {
      const explained = why(row, row);
      return {
        kind: "site_stopped",
        key: `site_stopped:${row.id}`,
        connectionId: null,
        level: "bad",
        text: {
          title: `Nothing is sent to ${row.name}. ${explained?.sentence ?? ""}`.trim(),
          safe: `Members are right in Rollcall, and nothing is lost. ${owed(row.waiting)}`,
          remedy: explained?.remedy ?? "",
          path: `/destinations/${row.id}`,
          action: "Open the destination",
        },
      };
    });

/** Destinations that failed so often that pushes rest, as alerts of the kind `breaker`. */
export async function siteBreakers(db: Db, open: readonly BreakerState[]): Promise<Condition[]> {
  if (open.length === 0) return [];
  const rows = await readRows(db);
  return rows.flatMap((row) => {
    const breaker = open.find(({ key }) => key === breakerOf(row.id));
    if (!breaker || row.state !== "active") return [];
    const explained = why(row, breaker);
    return {
      kind: "breaker",
      key: `breaker:${breaker.key}`,
      connectionId: null,
      level: "bad",
      text: {
        title: `Pushes to ${row.name} rest. ${explained?.sentence ?? "They failed several times in a row."}`,
        safe: `Members are right in Rollcall, and nothing is lost. ${owed(row.waiting)} Rollcall tries one now and then, and goes on by itself when it works.`,
        remedy: saidOnce(explained?.remedy ?? ""),
        path: `/destinations/${row.id}`,
        action: "Open the destination",
      },
    };
  });
}
