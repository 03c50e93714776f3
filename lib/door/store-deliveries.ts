import type { Db } from "#db/client.ts";
import type { CommitTimes, WrittenDelivery } from "./new-delivery.ts";

/**
 * Commits deliveries in one INSERT with one inbox row for the worker, and the times of earlier commits. A delivery that
 * is there already is left alone, so a batch may be stored twice. Text that PostgreSQL refuses costs nobody else their
 * place: the batch is stored one by one, and the delivery that holds it with its bytes alone.
 */
export async function storeDeliveries(
  db: Db,
  commitId: string,
  deliveries: readonly WrittenDelivery[],
  times: readonly CommitTimes[],
): Promise<void> {
  try {
    await insertDeliveries(db, commitId, deliveries, times);
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (deliveries.length > 1) {
      for (const delivery of deliveries) await storeDeliveries(db, commitId, [delivery], []);
    } else await insertDeliveries(db, commitId, deliveries.map(withoutText), []);
  }
}

/** SQLSTATE class 22: the data cannot be stored, whatever the state of the server. */
const isDataError = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && String(error.code).startsWith("22");

/** The same delivery with nothing but its bytes, for text that the database refuses. */
const withoutText = (delivery: WrittenDelivery): WrittenDelivery => ({
  ...delivery,
  contactId: null,
  email: null,
  name: null,
  event: null,
  listId: null,
  source: null,
  detail: null,
  params: {},
  verdict: "unreadable",
  reason: "broken_record",
  query: "",
  headers: [],
});

/** Short names: they travel and are read again with every row. */
const brief = (one: WrittenDelivery) => ({
  a: one.id,
  b: one.receivedAt,
  c: one.readMs,
  d: one.keyMs,
  e: one.connectionId,
  f: one.keyId,
  g: one.dialect,
  h: one.action,
  i: one.trigger,
  j: one.contactId ?? undefined,
  k: one.email ?? undefined,
  l: one.name ?? undefined,
  m: one.event ?? undefined,
  n: one.listId ?? undefined,
  o: one.source ?? undefined,
  p: one.verdict,
  q: one.reason ?? undefined,
  r: one.detail ?? undefined,
  s: one.params,
  t: one.remoteAddress,
  u: one.method,
  v: one.path,
  w: one.query,
  x: one.headers,
  y: one.body,
  z: one.inBase64 || undefined,
});

async function insertDeliveries(
  db: Db,
  commitId: string,
  deliveries: readonly WrittenDelivery[],
  times: readonly CommitTimes[],
): Promise<void> {
  await db.$client`
    with stored as (
      insert into deliveries (id, commit_id, received_at, read_ms, key_ms, connection_id, key_id, dialect, action,
        trigger, contact_id, email, name, event, list_id, source, verdict, reason, detail, params, remote_address,
        method, path, query, headers, body)
      select a, ${commitId}::uuid, to_timestamp(b / 1000), c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x,
        case when z then decode(y, 'base64') else convert_to(y, 'UTF8') end
      from json_to_recordset(${JSON.stringify(deliveries.map(brief))}::text::json) as given(a uuid, b float8, c real,
        d real, e uuid, f uuid, g text, h text, i text, j text, k text, l text, m text, n text, o text, p text, q text,
        r text, s jsonb, t text, u text, v text, w text, x jsonb, y text, z boolean)
      on conflict (id) do nothing
      returning id
    ), waiting as (
      insert into inbox (delivery_ids) select array_agg(id) from stored having count(*) > 0
    ), timed as (
      insert into commits (id, deliveries, committed_at, answered_at)
      select id, deliveries, to_timestamp("committedAt" / 1000), to_timestamp("answeredAt" / 1000)
      from json_to_recordset(${JSON.stringify(times)}::text::json)
        as c(id uuid, deliveries int, "committedAt" float8, "answeredAt" float8)
      on conflict (id) do nothing
    )
    select pg_notify('rollcall_inbox', '') where ${deliveries.length > 0}`;
}
