import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Plan, Planned, Preview } from "../api/push-shapes.ts";
import { type Forecast, forecast } from "../push/plan.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { inWords } from "./destination-health.ts";
import { rowOf, siteOf } from "./destinations.ts";
import { notFound } from "./not-found.ts";

const beforeAll = "00000000-0000-0000-0000-000000000000";

/** One page of a dry run, in the order of the members' ids: what a push would tell each of them. Nothing is sent. */
export async function planPush(
  db: Db,
  id: string,
  { cursor, limit }: { cursor?: string; limit: number },
): Promise<Plan> {
  const row = await rowOf(db, id);
  const [page, [directory]] = await Promise.all([
    db.execute<{ id: string }>(sql`
      select id from members where id > ${cursor ? readCursor(cursor) : beforeAll} order by id limit ${limit + 1}`),
    db.execute<{ total: number }>(sql`select count(*)::int as total from members`),
  ]);
  const ids = page.slice(0, limit).map((one) => one.id);
  const last = ids.at(-1);
  const found = await forecast(db, row, ids);
  const count = (what: Forecast["what"]) => found.filter((one) => one.what === what).length;
  return {
    items: found.flatMap((one) => plannedJson(one) ?? []),
    nextCursor: page.length > limit && last ? writeCursor(last) : null,
    checked: ids.length,
    unchanged: count("unchanged"),
    leftOut: count("left_out"),
    total: directory?.total ?? 0,
  };
}

function plannedJson({ view, what, because, changes, events }: Forecast): Planned | null {
  if (what === "unchanged" || what === "left_out") return null;
  const name = `${view.firstName} ${view.lastName}`.trim();
  const types = events.map(({ type }) => String(type));
  return { memberId: view.id, email: view.email, name, what, because, changes, events: types };
}

/** What a push of one member would tell, with the very bodies where there are any. Nothing is sent. */
export async function previewPush(db: Db, id: string, memberId: string): Promise<Preview> {
  const row = await rowOf(db, id);
  const [found] = await forecast(db, row, [memberId]);
  if (!found) throw notFound("member");
  const { what, changes, events, leaves } = found;
  return { memberId, what, changes, events, sentence: inWords(leaves, null, siteOf(row)).sentence };
}
