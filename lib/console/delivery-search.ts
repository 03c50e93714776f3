import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { uuidv7Time } from "../ids.ts";
import { type Selection, waysCollected, whereCollected, whereInRange } from "./delivery-filter.ts";

/** So few that begin with a text are read at once, whenever they came. */
const fewBegun = 1_000;
/** What begins with a text that many begin with is among these, unless something else has just come in great numbers. */
const nearby = 5_000;
/** So many that begin with a text are read to know the newest; of more, the log itself soon has a page. */
const mostBegun = 5_000;
/** The last days in which a last name that many have is looked for first. */
const looks = [1, 7];
const dayMs = 24 * 3600 * 1000;

/** Ids of matching outcomes, newest first. */
export async function selectCollected(db: Db, selection: Selection, limit: number): Promise<string[]> {
  if (isBroad(selection)) {
    const few = await readWays(db, selection, limit, fewBegun);
    if (!few.isMet) return few.ids;
    const page = few.isDated ? await inLastDays(db, selection, limit) : await near(db, selection, limit);
    if (page.length === limit) return page;
  }
  const all = await readWays(db, selection, limit, mostBegun);
  return all.isMet ? readIds(db, idsNearby(selection, limit, null)) : all.ids;
}

/** Whether very many may begin with the text that is looked for, as with a first name. */
const isBroad = ({ q = "" }: Selection): boolean => q.trim() !== "" && !/[@\d]/.test(q);

const near = (db: Db, selection: Selection, limit: number): Promise<string[]> =>
  readIds(db, idsNearby(selection, limit, nearby));

/** A page out of the last days of the selection; an empty one where they hold less. */
async function inLastDays(db: Db, selection: Selection, limit: number): Promise<string[]> {
  const { before, to, from } = selection;
  const end = Math.min(before ? uuidv7Time(before) : Date.now(), to ? Date.parse(to) : Date.now());
  for (const days of looks) {
    const start = end - days * dayMs;
    if (from && start <= Date.parse(from)) return [];
    const recent = { ...selection, from: new Date(start).toISOString() };
    const { ids, isMet } = await readWays(db, recent, limit, mostBegun);
    if (!isMet && ids.length === limit) return ids;
  }
  return [];
}

type Found = { ids: string[]; isMet: boolean; isDated: boolean };

async function readWays(db: Db, selection: Selection, limit: number, most: number): Promise<Found> {
  const rows = await db.execute<{ id: string; met: boolean; dated: boolean }>(
    idsByWays(selection, limit, most),
  );
  return {
    ids: rows.map(({ id }) => id),
    isMet: rows[0]?.met ?? false,
    isDated: rows[0]?.dated ?? false,
  };
}

const readIds = async (db: Db, query: SQL): Promise<string[]> =>
  (await db.execute<{ id: string }>(query)).map(({ id }) => id);

/** The ids of a page of a selection among the newest `most` outcomes of its range alone; null for all of them. */
export const idsNearby = (selection: Selection, limit: number, most: number | null): SQL => sql`
  select o.delivery_id as id from (
    select * from outcomes n where ${whereInRange(selection, sql`n.delivery_id`)}
    order by n.delivery_id desc limit ${most}) as o
  where ${whereCollected(selection)} order by 1 desc limit ${limit}`;

/**
 * The ids of a page of a selection, by the index of each way on its own, with `met` where one met more than `most`: then
 * newer ones may be missing; and `dated` where only such did as can be looked for day by day. Each status that is asked
 * for is looked for on its own too, since no index has several of them in one order. A way that has not the newest first
 * is shut off from the order that is asked for: PostgreSQL cannot know how many begin alike, and would read the log row
 * by row for a few.
 */
export const idsByWays = (selection: Selection, limit: number, most: number): SQL => {
  const { status } = selection;
  const each = status?.length ? status.map((one) => ({ ...selection, status: [one] })) : [selection];
  const found = (where: SQL) => sql`select o.delivery_id as id from outcomes o where ${where}`;
  const newest = each.flatMap(waysCollected).flatMap(({ where, order }) =>
    order === "newest"
      ? sql`(select id, 0 as met, false as undated from (
          ${found(where)} order by 1 desc limit ${limit}) as newest)`
      : [],
  );
  const begun = waysCollected(selection).flatMap(({ where, order }) =>
    order === "newest"
      ? []
      : sql`(select id, count(*) over () as met, ${order === "any"}::boolean as undated from (
          ${found(where)} limit ${most + 1}) as begun order by 1 desc limit ${limit})`,
  );
  return sql`select id, max(max(met)) over () > ${most} as met,
      not bool_or(bool_or(undated and met > ${most})) over () as dated
    from (${sql.join([...newest, ...begun], sql` union all `)}) as found
    group by id order by id desc limit ${limit}`;
};
