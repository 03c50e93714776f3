import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";
import { isOwnDelivery, isOwnOutcome, isOwnRun, type Subject, textsOf } from "./erase-subject.ts";
import { erasedMark, holdsOne, withoutThem } from "./erase-text.ts";

/** One page of a walk over a table: where it ended (null: at the end of the table), and how many rows it erased. */
export type Page = { last: string | null; erased: number };

const beforeAll = "00000000-0000-0000-0000-000000000000";

async function walk(tx: Tx, page: SQL, update: SQL): Promise<Page> {
  const [row] = await tx.execute<Page>(sql`
    with page as materialized (${page}), done as (${update} returning 1)
    select (select max(id::text) from page) as last, (select count(*)::int from done) as erased`);
  return row ?? { last: null, erased: 0 };
}

/** A webhook with its bytes, read as text in lower case. */
const bodyText = sql.raw("lower(encode(d.body, 'escape'))");
const otherText = sql.raw("lower(concat_ws(' ', d.path, d.query, d.detail, d.source, d.headers, d.params))");

/**
 * Whether the bytes of a webhook, or what is kept beside them, hold one of the person's addresses in any spelling. Names
 * are not looked for: another person may have the same one.
 */
export const mentions = ({ emails }: Subject): SQL =>
  sql`(${holdsOne(bodyText, emails, true)} or ${holdsOne(otherText, emails, true)})`;

const emptied = (subject: Subject, own: SQL): SQL => sql`
  update deliveries d set body = convert_to(${erasedMark}, 'UTF8'), query = '', headers = '[]', detail = null, source = null,
    path = case when ${holdsOne(sql`lower(d.path)`, subject.emails, true)} then ${erasedMark} else d.path end,
    email = case when ${own} then null else d.email end, name = case when ${own} then null else d.name end,
    contact_id = case when ${own} then null else d.contact_id end
  from page where d.id = page.id`;

/** Empties the webhooks whose outcomes are the person's: found by index, so they go first. */
export const eraseOwnDeliveries = (tx: Tx, subject: Subject, cursor: string | null): Promise<Page> =>
  walk(
    tx,
    sql`select o.delivery_id as id from outcomes o where ${isOwnOutcome(subject)}
      and o.delivery_id > ${cursor ?? beforeAll} order by o.delivery_id limit 500`,
    emptied(subject, sql`true`),
  );

/**
 * Empties every other webhook that names the person, or holds the address in its bytes, however it is written. One that
 * is not collected yet is left as it is: emptied it would be a request for nobody. With `upTo` only those that were
 * collected until then: later ones are new facts.
 */
export const eraseMentions = (
  tx: Tx,
  subject: Subject,
  cursor: string | null,
  upTo: SQL | null = null,
): Promise<Page> => {
  const early = upTo ? sql`and o.collected_at <= ${upTo}` : sql``;
  return walk(
    tx,
    sql`select id from deliveries where id > ${cursor ?? beforeAll} order by id limit 1000`,
    sql`${emptied(subject, isOwnDelivery(subject))} and (${isOwnDelivery(subject)} or ${mentions(subject)})
      and exists (select from outcomes o where o.delivery_id = d.id ${early})`,
  );
};

/** Takes the person out of the log: who it was, and what was found out about them. Nothing waits for a person any more. */
export const eraseOutcomes = (
  tx: Tx,
  subject: Subject,
  cursor: string | null,
  upTo: SQL | null = null,
): Promise<Page> => {
  const early = upTo ? sql` and o.collected_at <= ${upTo}` : sql``;
  return walk(
    tx,
    sql`select delivery_id as id from outcomes where delivery_id > ${cursor ?? beforeAll}
      order by delivery_id limit 5000`,
    sql`${withoutPerson(subject)} and (${isOwnOutcome(subject)} or ${holdsOne(sql`lower(o.detail)`, textsOf(subject))})${early}`,
  );
};

/** The same for the person's own rows alone, which indexes find. */
export const eraseOwnOutcomes = (tx: Tx, subject: Subject, cursor: string | null): Promise<Page> =>
  walk(
    tx,
    sql`select o.delivery_id as id from outcomes o where ${isOwnOutcome(subject)}
      and o.delivery_id > ${cursor ?? beforeAll} order by o.delivery_id limit 500`,
    withoutPerson(subject),
  );

const withoutPerson = (subject: Subject): SQL => {
  const own = sql`coalesce(${isOwnOutcome(subject)}, false)`;
  const texts = textsOf(subject);
  const ended = sql`${own} and (o.status in ('queued', 'held', 'failed', 'dead', 'partly_synced')
    or (o.status = 'running' and o.hop = 'sites'))`;
  return sql`
      update outcomes o set
        status = case when ${ended} then 'skipped' else o.status end,
        reason = case when ${ended} then 'person_erased' else o.reason end,
        next_retry_at = case when ${own} then null else o.next_retry_at end,
        finished_at = case when ${own} then coalesce(o.finished_at, now()) else o.finished_at end,
        detail = case when ${own} then null else ${withoutThem(sql`o.detail`, texts)} end,
        contact_ref = case when ${own} then null else o.contact_ref end,
        contact_id = case when ${own} then null else o.contact_id end,
        email = case when ${own} then null else o.email end,
        name = case when ${own} then null else o.name end,
        member_id = case when ${own} then null else o.member_id end
      from page where o.delivery_id = page.id`;
};

/** Takes the person out of the runs: for whom they were, what they changed, and the details of their steps. */
export const eraseRuns = (
  tx: Tx,
  subject: Subject,
  cursor: string | null,
  upTo: SQL | null = null,
): Promise<Page> => {
  const early = upTo ? sql` and s.started_at <= ${upTo}` : sql``;
  const own = isOwnRun(subject);
  const texts = textsOf(subject);
  const cleaned = (column: string) => withoutThem(sql`${sql.raw(column)}::text`, texts);
  return walk(
    tx,
    sql`select id from syncs where id > ${cursor ?? beforeAll} order by id limit 2000`,
    sql`update syncs s set
        contact_ref = case when ${own} then 'erased' else s.contact_ref end,
        member_id = case when ${own} then null else s.member_id end,
        detail = case when ${own} then null else ${cleaned("s.detail")} end,
        changes = case when ${own} then null else ${cleaned("s.changes")}::jsonb end,
        steps = case when ${own} then coalesce(
            (select jsonb_agg(step || '{"detail": null}') from jsonb_array_elements(s.steps) as step), '[]')
          else ${cleaned("s.steps")}::jsonb end
      from page where s.id = page.id and s.finished_at is not null
        and (${own} or ${holdsOne(sql`lower(concat_ws(' ', s.detail, s.changes, s.steps))`, texts)})${early}`,
  );
};
