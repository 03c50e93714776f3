import { type SQL, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { uuidv7Floor } from "../ids.ts";
import { isStopping } from "../shutdown.ts";
import {
  acceptedStatuses,
  type OldRows,
  openStatuses,
  refusedStatuses,
  removedMark,
} from "./retention-kinds.ts";

/** How many rows went or would go, and the bytes that they hold. */
export type Amount = { rows: number; bytes: number };

/** Ids between two moments; `from` null is from the beginning. */
export type Span = { from: Date | null; until: Date };

const batch = 1_000;
const one = sql`count(*)::int as rows`;
const deliveryBytes = sql.raw(
  "(pg_column_size(d.body) + pg_column_size(d.headers) + octet_length(d.query))::bigint",
);

export const plus = (a: Amount, b: Amount): Amount => ({ rows: a.rows + b.rows, bytes: a.bytes + b.bytes });
export const nothing: Amount = { rows: 0, bytes: 0 };

/** Repeats a batch until one takes nothing. Each is a transaction of its own, so nobody waits long for a row. */
async function untilEmpty(next: () => Promise<Amount>): Promise<Amount> {
  for (let total = nothing; ; ) {
    if (isStopping()) throw new Error("The process stops; the rest goes next time.");
    const taken = await next();
    if (taken.rows === 0) return total;
    total = plus(total, taken);
  }
}

async function amount(db: Tx, query: SQL): Promise<Amount> {
  const [row] = await db.execute<{ rows: number; bytes: string | number | null }>(query);
  return { rows: row?.rows ?? 0, bytes: Number(row?.bytes ?? 0) };
}

/** How much of a table is older than `until`. */
export const countRows = (db: Db, { table, where }: OldRows, until: Date): Promise<Amount> =>
  amount(
    db,
    sql`select ${one}, sum(octet_length(${sql.raw(table)}::text)) as bytes from ${sql.raw(table)} where ${where(until)}`,
  );

/** Deletes rows older than `until` in batches. A row that changes meanwhile, or is locked, is left for the next night. */
export const removeRows = (db: Db, { table, where }: OldRows, until: Date): Promise<Amount> => {
  const name = sql.raw(table);
  return untilEmpty(() =>
    amount(
      db,
      sql`with gone as (
        delete from ${name} where ctid = any(array(
          select ctid from ${name} where ${where(until)} limit ${batch} for update skip locked))
        returning octet_length(${name}::text) as size)
      select ${one}, sum(size) as bytes from gone`,
    ),
  );
};

const within = (column: string, { from, until }: Span): SQL => {
  const name = sql.raw(column);
  const floor = from ? sql`${name} >= ${uuidv7Floor(from)}::uuid and ` : sql``;
  return sql`${floor}${name} < ${uuidv7Floor(until)}::uuid`;
};

/** A bulk retry that runs will ask for each of its deliveries; until it is done, they stay. */
const inRetry = (id: string): SQL => sql`exists (
  select from retry_items i join retries r on r.id = i.retry_id
  where r.state = 'running' and i.delivery_id = ${sql.raw(id)})`;

const finished = (span: Span, statuses: readonly string[]): SQL =>
  sql`${within("o.delivery_id", span)} and o.status in ${statuses} and not ${inRetry("o.delivery_id")}`;

/** A delivery that neither has an outcome nor waits for one was left behind by a clean-up that was stopped. */
const leftBehind = (span: Span): SQL => sql`${within("d.id", span)}
  and not exists (select from outcomes o where o.delivery_id = d.id)
  and not exists (select from inbox i where d.id = any(i.delivery_ids))`;

const statusesOf = { deliveries: acceptedStatuses, refused: refusedStatuses } as const;
export type DeliveryKind = keyof typeof statusesOf;

/** How many deliveries of a span are over, and what they hold. */
export async function countDeliveriesOver(db: Db, kind: DeliveryKind, span: Span): Promise<Amount> {
  const over = await amount(
    db,
    sql`select ${one}, sum(${deliveryBytes}) as bytes from outcomes o left join deliveries d on d.id = o.delivery_id
      where ${finished(span, statusesOf[kind])}`,
  );
  if (kind === "refused") return over;
  return plus(
    over,
    await amount(
      db,
      sql`select ${one}, sum(${deliveryBytes}) as bytes from deliveries d where ${leftBehind(span)}`,
    ),
  );
}

/**
 * Deletes the deliveries of a span that are over, with their outcomes, in batches. The outcome is locked first: one
 * that a person retries meanwhile is left, and a retry that comes later finds nothing.
 */
export async function removeDeliveriesOver(db: Db, kind: DeliveryKind, span: Span): Promise<Amount> {
  let total = nothing;
  // One status at a time is a range of the index over status and id.
  for (const status of statusesOf[kind]) {
    total = plus(
      total,
      await untilEmpty(() =>
        amount(
          db,
          sql`with doomed as materialized (
            select o.delivery_id as id from outcomes o where ${finished(span, [status])} limit ${batch}
            for update skip locked
          ), bodies as (
            delete from deliveries d using doomed where d.id = doomed.id returning ${deliveryBytes} as size
          ), gone as (delete from outcomes o using doomed where o.delivery_id = doomed.id returning 1)
          select ${one}, (select sum(size) from bodies) as bytes from gone`,
        ),
      ),
    );
  }
  if (kind === "refused") return total;
  const behind = await untilEmpty(() =>
    amount(
      db,
      sql`with gone as (
        delete from deliveries d where d.id = any(array(select d.id from deliveries d where ${leftBehind(span)} limit ${batch}))
        returning ${deliveryBytes} as size)
      select ${one}, sum(size) as bytes from gone`,
    ),
  );
  return plus(total, behind);
}

/** Deletes the outcomes of a span that are over, in batches, and leaves their deliveries to who drops them at once. */
export const removeOutcomes = (db: Db, span: Span): Promise<Amount> =>
  untilEmpty(() =>
    amount(
      db,
      sql`with gone as (
        delete from outcomes where delivery_id = any(array(
          select o.delivery_id from outcomes o where ${finished(span, [...acceptedStatuses, ...refusedStatuses])}
          limit ${batch} for update skip locked))
        returning 1)
      select ${one}, 0 as bytes from gone`,
    ),
  );

const withContents = (span: Span): SQL =>
  sql`${within("d.id", span)} and d.body <> ${removedMark}::bytea and exists (
    select from outcomes o where o.delivery_id = d.id and o.status in ${acceptedStatuses}) and not ${inRetry("d.id")}`;

/** How many deliveries of a span still hold their contents. */
export const countContents = (db: Db, span: Span): Promise<Amount> =>
  amount(
    db,
    sql`select ${one}, sum(${deliveryBytes}) as bytes from deliveries d where ${withContents(span)}`,
  );

/** Takes body, query and headers out of the accepted deliveries of a span that are over. */
export const removeContents = (db: Db, span: Span): Promise<Amount> =>
  untilEmpty(() =>
    amount(
      db,
      sql`with doomed as materialized (
        select d.id, ${deliveryBytes} as size from deliveries d where ${withContents(span)} limit ${batch}
      ), gone as (
        update deliveries d set body = ${removedMark}::bytea, query = '', headers = '[]' from doomed
        where d.id = doomed.id returning doomed.size)
      select ${one}, sum(size) as bytes from gone`,
    ),
  );

/** Whether anything of a span is still open: worked on, waiting for the worker, or part of a bulk retry. */
export async function isOpen(tx: Tx, span: Span): Promise<boolean> {
  const [row] = await tx.execute(sql`
    select 1 where exists (select from outcomes o where ${within("o.delivery_id", span)}
        and (o.status in ${openStatuses} or ${inRetry("o.delivery_id")}))
      or exists (select from inbox i, unnest(i.delivery_ids) as t(id) where ${within("t.id", span)})`);
  return row !== undefined;
}
