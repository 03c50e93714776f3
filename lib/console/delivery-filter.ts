import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import type { DeliveryFilter } from "../api/delivery-shapes.ts";
import { uuidv7Floor, uuidv7Time } from "../ids.ts";
import { beginsWith } from "./begins-with.ts";

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

/**
 * How the index that answers a way has what matches: `newest` first, by `day`, or in `any` order: then all that match
 * have to be read to know which are the newest.
 */
export type Way = { where: SQL; order: "newest" | "day" | "any" };

/** A search text as what it looks like, each way on its own: a delivery id, an e-mail, a contact id, or the beginning of a first or last name. */
function search(text: string, column: (name: string) => SQL, id: SQL, days: SQL[]): Way[] {
  const q = text.trim().toLowerCase();
  if (z.uuid().safeParse(q).success) return [{ where: sql`${id} = ${q}::uuid`, order: "newest" }];
  const prefix = beginsWith(q);
  const begins = (value: SQL): Way => ({ where: sql`${value} like ${prefix}`, order: "any" });
  const email = begins(sql`lower(${column("email")})`);
  if (q.includes("@")) return [email];
  const contact: Way = { where: sql`${column("contact_id")} = ${text.trim()}`, order: "newest" };
  if (/^\d+$/.test(q)) return [contact, email];
  const name = column("name");
  const last = sql`lower(split_part(${name}, ' ', -1)) like ${prefix}`;
  return [email, begins(sql`lower(${name})`), { where: both([last, ...days]), order: "day" }, contact];
}

const hourMs = 3600 * 1000;
const dayMs = 24 * hourMs;

/** Nothing arrived before or after these, and PostgreSQL reads no other years as JavaScript writes them. */
const firstDayMs = Date.parse("1970-01-01");
const lastDayMs = Date.parse("9999-12-31");

const dateOf = (ms: number): string =>
  new Date(Math.min(Math.max(ms, firstDayMs), lastDayMs)).toISOString().slice(0, 10);

/** The days of a range, as the index of last names has them; an id may be of the moment before or after its arrival. */
function daysOf({ from, before, to }: Selection, receivedAt: SQL): SQL[] {
  const day = sql`(${receivedAt} at time zone 'UTC')::date`;
  const ends = [...(to ? [Date.parse(to)] : []), ...(before ? [uuidv7Time(before)] : [])];
  return [
    ...(from ? [sql`${day} >= ${dateOf(Date.parse(from) - hourMs)}::date`] : []),
    ...ends.map((end) => sql`${day} <= ${dateOf(end + hourMs)}::date`),
  ];
}

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
  const column = (name: string) => sql.raw(`${table}.${name}`);
  const q = selection.q?.trim();
  if (!q) return [{ where: sql`true`, order: "newest" }];
  return search(q, column, id, daysOf(selection, column("received_at")));
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

/** The ways of a selection over `outcomes o`, each with the `where` of those that it finds. */
export const waysCollected = (selection: Selection): Way[] =>
  ways(selection, "collected").map(({ where, order }) => ({
    where: both([where, ...conditions(selection, "collected")]),
    order,
  }));

/** The `where` of the range of a selection over the ids of outcomes. */
export const whereInRange = (selection: Selection, id: SQL): SQL =>
  both([sql`true`, ...range(selection, id)]);

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
