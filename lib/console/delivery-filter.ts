import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { DeliveryFilter } from "../api/delivery-shapes.ts";
import { uuidv7Floor } from "../ids.ts";

/** A filter as lists, counts, exports and retries use it: `before` pages, `ids` picks by hand. */
export type Selection = DeliveryFilter & { before?: string; ids?: string[]; floods?: "folded" };

/** Where the columns of a filter are: collected deliveries have an outcome, the others wait in the inbox. */
const sides = {
  collected: {
    id: sql`o.delivery_id`,
    status: sql`o.status`,
    member: sql`o.member_id`,
    flood: sql`o.flood_id`,
    table: "o",
  },
  waiting: {
    id: sql`d.id`,
    status: sql`case d.verdict when 'accepted' then 'queued' else d.verdict end`,
    member: sql`null::uuid`,
    flood: sql`null::uuid`,
    table: "d",
  },
} as const;

/** A search text as what it looks like: a delivery id, an e-mail, a contact id, or the beginning of a name. */
function search(text: string, column: (name: string) => SQL, id: SQL): SQL {
  const q = text.trim().toLowerCase();
  if (z.uuid().safeParse(q).success) return sql`${id} = ${q}::uuid`;
  const prefix = `${q.replace(/[\\%_]/g, "\\$&")}%`;
  const email = sql`lower(${column("email")})`;
  if (q.includes("@"))
    return q.endsWith("@") ? sql`${email} like ${prefix}` : sql`(${email} = ${q} or ${email} like ${prefix})`;
  if (/^\d+$/.test(q)) return sql`(${column("contact_id")} = ${q} or ${email} like ${prefix})`;
  return sql`(${email} like ${prefix} or lower(${column("name")}) like ${prefix} or ${column("contact_id")} = ${text.trim()})`;
}

function conditions(selection: Selection, side: keyof typeof sides): SQL[] {
  const { id, status, member, flood, table } = sides[side];
  const column = (name: string) => sql.raw(`${table}.${name}`);
  const { from, to, q, before, ids } = selection;
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
    ...equals.flatMap(([expression, value]) => (value === undefined ? [] : [sql`${expression} = ${value}`])),
    ...(selection.status?.length ? [sql`${status} in ${selection.status}`] : []),
    ...(selection.floods === "folded" ? [sql`${flood} is null`] : []),
    // Ids begin with the time they were made, so a range of time is a range of the index.
    ...(from ? [sql`${id} >= ${uuidv7Floor(new Date(from))}::uuid`] : []),
    ...(to ? [sql`${id} < ${uuidv7Floor(new Date(to))}::uuid`] : []),
    ...(before ? [sql`${id} < ${before}::uuid`] : []),
    ...(ids ? [sql`${id} in ${ids.length > 0 ? ids : [null]}`] : []),
    ...(q?.trim() ? [search(q, column, id)] : []),
  ];
}

/** The `where` of a selection over `outcomes o`. */
export const whereCollected = (selection: Selection): SQL =>
  sql.join([sql`true`, ...conditions(selection, "collected")], sql` and `);

/** `from` and `where` of a selection over deliveries `d` that no worker has collected yet. */
export const fromWaiting = (selection: Selection): SQL => sql`
  (select unnest(delivery_ids) as id from inbox) as i
  join deliveries d on d.id = i.id
  where not exists (select from outcomes seen where seen.delivery_id = d.id)
    and ${sql.join([sql`true`, ...conditions(selection, "waiting")], sql` and `)}`;

/** What a delivery without an outcome is. */
export const waitingStatus: SQL = sides.waiting.status;
