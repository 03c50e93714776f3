import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";
import { listed, type Subject, textsOf } from "./erase-subject.ts";
import { holdsOne, withoutThem } from "./erase-text.ts";

/** What texts of a table may hold a person: columns that can be cleaned, and keys, whose rows go as a whole. */
type TextTable = {
  table: string;
  columns: { name: string; kind: "text" | "jsonb" | "text[]" }[];
  keys: string[];
};

/**
 * Tables that the walks clean row by row, people who sign in to the console (their accounts are not the contact's), and
 * the erasures themselves, which know the person only sealed.
 */
const elsewhere = ["deliveries", "outcomes", "syncs", "users", "invites", "api_tokens", "erasures"];
/** Who did something stays known. */
const keptColumns = ["actor"];

/** Every table of the schema that holds text, read from the catalogue, so that one that is added later is cleaned too. */
async function textTables(tx: Tx): Promise<TextTable[]> {
  const rows = await tx.execute<{
    table: string;
    column: string;
    kind: TextTable["columns"][number]["kind"];
    key: boolean;
  }>(sql`
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as kind,
      exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey)) as key
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p') and not c.relispartition
      and c.relnamespace = (select relnamespace from pg_class where oid = 'deliveries'::regclass)
      and a.attnum > 0 and not a.attisdropped and format_type(a.atttypid, null) in ('text', 'jsonb', 'text[]')
      and c.relname not in ${elsewhere} and a.attname not in ${keptColumns}
    order by c.relname, a.attnum`);
  const tables = new Map<string, TextTable>();
  for (const { table, column, kind, key } of rows) {
    const entry = tables.get(table) ?? { table, columns: [], keys: [] };
    if (key) entry.keys.push(column);
    else entry.columns.push({ name: column, kind });
    tables.set(table, entry);
  }
  return [...tables.values()];
}

/** A table whose rows belong to one person, by member or by contact. */
type OwnTable = { table: string; hasMember: boolean; hasContact: boolean };

/**
 * Tables whose rows are about one person and go with them. Outcomes and runs belong to a webhook too, and stay without
 * the person.
 */
async function ownTables(tx: Tx): Promise<OwnTable[]> {
  const rows = await tx.execute<OwnTable>(sql`
    select c.relname as table, 'member_id' = any(names) as "hasMember",
      names @> '{connection_id, contact_id}' as "hasContact"
    from pg_class c, lateral (select array_agg(a.attname::text) as names from pg_attribute a
      where a.attrelid = c.oid and not a.attisdropped) as columns
    where c.relkind = 'r' and not c.relispartition
      and c.relnamespace = (select relnamespace from pg_class where oid = 'deliveries'::regclass)
      and c.relname not in ${elsewhere} and ('member_id' = any(names) or names @> '{connection_id, contact_id}')
    order by c.relname`);
  return [...rows];
}

/** Whether a row of such a table is the person's. */
function isOwnRow({ hasMember, hasContact }: OwnTable, { memberIds, contacts }: Subject): SQL {
  const keys = contacts.map(({ connectionId, contactId }) => `${connectionId} ${contactId}`);
  const ways = [
    ...(hasMember ? [sql`member_id in ${listed(memberIds)}`] : []),
    ...(hasContact ? [sql`connection_id::text || ' ' || contact_id in ${listed(keys)}`] : []),
  ];
  return sql`coalesce(${sql.join(ways, sql` or `)}, false)`;
}

const asText = ({ name, kind }: TextTable["columns"][number]): SQL => {
  const column = sql.identifier(name);
  return kind === "text[]" ? sql`array_to_string(${column}, ' ')` : sql`${column}::text`;
};

const holds = ({ columns, keys }: TextTable, sought: readonly string[]): SQL => {
  const texts = [...columns, ...keys.map((name) => ({ name, kind: "text" as const }))].map(asText);
  return holdsOne(sql`lower(concat_ws(' ', ${sql.join(texts, sql`, `)}))`, sought);
};

const cleaned = (column: TextTable["columns"][number], sought: readonly string[]): SQL => {
  const name = sql`${sql.identifier(column.name)}`;
  if (column.kind === "text[]")
    return sql`${name} = array(select ${withoutThem(sql`item`, sought)} from unnest(${name}) as item)`;
  return column.kind === "jsonb"
    ? sql`${name} = ${withoutThem(sql`${name}::text`, sought)}::jsonb`
    : sql`${name} = ${withoutThem(name, sought)}`;
};

type Counts = Record<string, number>;
const affected = async (tx: Tx, query: SQL): Promise<number> => {
  const [row] = await tx.execute<{ rows: number }>(query);
  return row?.rows ?? 0;
};

/** How many rows of each table are the person's own, the member among them. */
export async function countMember(tx: Tx, subject: Subject): Promise<Counts> {
  const counts: Counts = {};
  for (const one of await ownTables(tx)) {
    counts[one.table] = await affected(
      tx,
      sql`select count(*)::int as rows from ${sql.identifier(one.table)} where ${isOwnRow(one, subject)}`,
    );
  }
  return { ...counts, members: subject.memberIds.length };
}

/** Deletes the person's member with everything that belongs to it, and what was noted about their contacts. */
export async function eraseMember(tx: Tx, subject: Subject): Promise<Counts> {
  const counts: Counts = {};
  for (const one of await ownTables(tx)) {
    counts[one.table] = await affected(
      tx,
      sql`with gone as (
        delete from ${sql.identifier(one.table)} where ${isOwnRow(one, subject)} returning 1)
      select count(*)::int as rows from gone`,
    );
  }
  counts.members = await affected(
    tx,
    sql`with gone as (delete from members where id in ${listed(subject.memberIds)} returning 1)
    select count(*)::int as rows from gone`,
  );
  return counts;
}

/** How many rows of other tables speak of the person: notes, alerts, other people's fields. */
export async function countTexts(tx: Tx, subject: Subject): Promise<Counts> {
  const sought = textsOf(subject);
  const mine = await ownTables(tx);
  const counts: Counts = {};
  for (const table of await textTables(tx)) {
    const own = mine.find((one) => one.table === table.table);
    const others = own
      ? sql` and not ${isOwnRow(own, subject)}`
      : table.table === "members"
        ? sql` and id not in ${listed(subject.memberIds)}`
        : sql``;
    counts[table.table] = await affected(
      tx,
      sql`
      select count(*)::int as rows from ${sql.identifier(table.table)} where ${holds(table, sought)}${others}`,
    );
  }
  return counts;
}

/** Takes the person out of the text of every other table: the words are replaced, rows that are named by them go. */
export async function eraseTexts(tx: Tx, subject: Subject): Promise<Counts> {
  const sought = textsOf(subject);
  const counts: Counts = {};
  for (const table of await textTables(tx)) {
    const name = sql.identifier(table.table);
    const named = table.keys.length > 0 ? sql`${holds({ ...table, columns: [] }, sought)}` : sql`false`;
    const gone = await affected(
      tx,
      sql`
      with gone as (delete from ${name} where ${named} returning 1) select count(*)::int as rows from gone`,
    );
    const changed =
      table.columns.length === 0
        ? 0
        : await affected(
            tx,
            sql`
      with changed as (
        update ${name} set ${sql.join(
          table.columns.map((column) => cleaned(column, sought)),
          sql`, `,
        )}
        where ${holds(table, sought)} returning 1)
      select count(*)::int as rows from changed`,
          );
    counts[table.table] = gone + changed;
  }
  return counts;
}
