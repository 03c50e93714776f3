import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import type { DeliveryFilter } from "../api/delivery-shapes.ts";
import { uuidv7Floor } from "../ids.ts";

/** A filter as lists, counts, exports and retries use it: `before` pages, `ids` picks by hand. */
export type Selection = DeliveryFilter & { before?: string; ids?: string[] };

/** Where the columns of a filter are: collected deliveries have an outcome, the others wait in the inbox. */
const sides = {
  collected: {
    id: sql`o.delivery_id`,
    status: sql`o.status`,
    member: sql`o.member_id`,
    flood: sql`o.flood_id`,
    nextTry: sql`o.next_retry_at`,
    table: "o",
  },
  waiting: {
    id: sql`d.id`,
    status: sql`case d.verdict when 'accepted' then 'queued' else d.verdict end`,
    member: sql`null::uuid`,
    flood: sql`null::uuid`,
    nextTry: sql`null::timestamptz`,
    table: "d",
  },
} as const;

/** `isOrdered`: the index that answers it has the newest first; else all that match have to be read to know which they are. */
type Way = { where: SQL; isOrdered: boolean };

/** A search text as what it looks like, each way on its own: a delivery id, an e-mail, a contact id, or the beginning of a first or last name. */
function search(text: string, column: (name: string) => SQL, id: SQL): Way[] {
  const q = text.trim().toLowerCase();
  if (z.uuid().safeParse(q).success) return [{ where: sql`${id} = ${q}::uuid`, isOrdered: true }];
  const prefix = `${q.replace(/[\\%_]/g, "\\$&")}%`;
  const begins = (value: SQL): Way => ({ where: sql`${value} like ${prefix}`, isOrdered: false });
  const email = begins(sql`lower(${column("email")})`);
  if (q.includes("@")) return [email];
  const contact = { where: sql`${column("contact_id")} = ${text.trim()}`, isOrdered: true };
  if (/^\d+$/.test(q)) return [contact, email];
  const name = column("name");
  return [email, begins(sql`lower(${name})`), begins(sql`lower(split_part(${name}, ' ', -1))`), contact];
}

const dayMs = 24 * 3600 * 1000;

/** Text as a body may hold it: as typed, or as forms write it (`@` is `%40`, a space is `+`). */
function holdsText(text: string, body: SQL): SQL {
  const form = text
    .split(/([=&])/)
    .map((part) => (/^[=&]$/.test(part) ? part : new URLSearchParams({ "": part }).toString().slice(1)))
    .join("");
  const forms = [...new Set([text, form])].map((one) => Buffer.from(one).toString("hex"));
  return sql`(${sql.join(
    forms.map((hex) => sql`position(decode(${hex}, 'hex') in ${body}) > 0`),
    sql` or `,
  )})`;
}

/** What holds a text in its body: the last day of the range is read through, since no index covers bodies. */
function holds(text: string, { from, to }: Selection, side: keyof typeof sides): SQL {
  if (side === "waiting") return holdsText(text, sql`d.body`);
  const end = to ? new Date(to) : new Date();
  const start = new Date(Math.max(from ? Date.parse(from) : 0, end.getTime() - dayMs));
  return sql`o.delivery_id in (select read.id from deliveries read where read.id >= ${uuidv7Floor(start)}::uuid
    and read.id < ${uuidv7Floor(new Date(end.getTime() + 1))}::uuid and ${holdsText(text, sql`read.body`)} offset 0)`;
}

/** Ids begin with the time they were made, so a range of time is a range of the index. */
const range = ({ from, to, before }: Selection, id: SQL): SQL[] => [
  ...(from ? [sql`${id} >= ${uuidv7Floor(new Date(from))}::uuid`] : []),
  ...(to ? [sql`${id} < ${uuidv7Floor(new Date(to))}::uuid`] : []),
  ...(before ? [sql`${id} < ${before}::uuid`] : []),
];

function conditions(selection: Selection, side: keyof typeof sides): SQL[] {
  const { id, status, member, flood, nextTry, table } = sides[side];
  const column = (name: string) => sql.raw(`${table}.${name}`);
  const { body, ids } = selection;
  const equals: [SQL, string | undefined][] = [
    [column("connection_id"), selection.connection],
    [column("key_id"), selection.key],
    [column("action"), selection.action],
    [column("trigger"), selection.trigger],
    [column("contact_id"), selection.contact],
    [sql`lower(${column("email")})`, selection.email?.trim().toLowerCase()],
    [member, selection.member],
    [flood, selection.flood],
    [column("reason"), selection.reason],
  ];
  return [
    ...range(selection, id),
    ...equals.flatMap(([expression, value]) => (value === undefined ? [] : [sql`${expression} = ${value}`])),
    ...(selection.status?.length ? [sql`${status} in ${selection.status}`] : []),
    ...(selection.next === "none" ? [sql`${nextTry} is null`] : []),
    ...(selection.next === "planned" ? [sql`${nextTry} is not null`] : []),
    ...(selection.floods === "folded" ? [sql`${flood} is null`] : []),
    ...(ids ? [sql`${id} in ${ids.length > 0 ? ids : [null]}`] : []),
    ...(body ? [holds(body, selection, side)] : []),
  ];
}

/** The ways in which a selection is searched for; one that is always right when it names no text. */
function ways(selection: Selection, side: keyof typeof sides): Way[] {
  const { id, table } = sides[side];
  const q = selection.q?.trim();
  return q ? search(q, (name) => sql.raw(`${table}.${name}`), id) : [{ where: sql`true`, isOrdered: true }];
}

const both = (parts: readonly SQL[]): SQL => sql.join([...parts], sql` and `);
const anyWay = (all: readonly Way[]): SQL =>
  sql`(${sql.join(
    all.map(({ where }) => where),
    sql` or `,
  )})`;

/** The `where` of a selection over `outcomes o`. */
export const whereCollected = (selection: Selection): SQL =>
  both([anyWay(ways(selection, "collected")), ...conditions(selection, "collected")]);

/** Whether very many may begin with the text that is looked for, as with a first name. */
export const isBroad = ({ q = "" }: Selection): boolean => q.trim() !== "" && !/[@\d]/.test(q);

/** The ids of a page of a selection among the newest `most` outcomes of its range alone; null for all of them. */
export const idsNearby = (selection: Selection, limit: number, most: number | null): SQL => sql`
  select o.delivery_id as id from (
    select * from outcomes n where ${both([sql`true`, ...range(selection, sql`n.delivery_id`)])}
    order by n.delivery_id desc limit ${most}) as o
  where ${whereCollected(selection)} order by 1 desc limit ${limit}`;

/**
 * The ids of a page of a selection, by the index of each way on its own, with `met` where one met more than `most`: then
 * newer ones may be missing. A way that is not ordered is shut off from the order that is asked for: PostgreSQL cannot
 * know how many begin alike, and would read the log row by row for a few.
 */
export const idsByWays = (selection: Selection, limit: number, most: number): SQL => {
  const parts = ways(selection, "collected").map(({ where, isOrdered }) => {
    const found = sql`select o.delivery_id as id from outcomes o where ${both([where, ...conditions(selection, "collected")])}`;
    return isOrdered
      ? sql`(select id, 0 as met from (${found} order by 1 desc limit ${limit}) as newest)`
      : sql`(select id, count(*) over () as met from (${found} limit ${most + 1}) as begun order by 1 desc limit ${limit})`;
  });
  return sql`select id, max(max(met)) over () > ${most} as met from (${sql.join(parts, sql` union all `)}) as found
    group by id order by id desc limit ${limit}`;
};

/** The first id of what waits to be collected; null when nothing does. What is collected later has its outcome by then. */
export async function oldestWaiting(db: Db): Promise<string | null> {
  const [row] = await db.execute<{ id: string }>(
    sql`select waiting as id from inbox, unnest(delivery_ids) as waiting order by 1 limit 1`,
  );
  return row?.id ?? null;
}

/**
 * `from` and `where` of a selection over deliveries `d` that no worker has collected yet, the first of which is `oldest`:
 * older days need no planning then. Each is looked up by its id: joined freely, PostgreSQL may read every day of the log
 * for the few that wait.
 */
export const fromWaiting = (selection: Selection, oldest: string): SQL => sql`
  (select unnest(delivery_ids) as id from inbox) as i
  cross join lateral (select * from deliveries where id = i.id and id >= ${oldest}::uuid
    and (select count(*) from outcomes seen where seen.delivery_id = i.id) = 0 offset 0) as d
  where ${both([anyWay(ways(selection, "waiting")), ...conditions(selection, "waiting")])}`;

/** What a delivery without an outcome is. */
export const waitingStatus: SQL = sides.waiting.status;
