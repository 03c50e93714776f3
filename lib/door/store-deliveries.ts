import type { Fragment, Sql } from "postgres";
import type { Db } from "#db/client.ts";
import type { CommitTimes, WrittenDelivery } from "./new-delivery.ts";

/**
 * Stores deliveries with one inbox row for the worker, and the times of earlier commits. A delivery that is there
 * already is left alone, so a batch may be stored twice. Text that PostgreSQL refuses costs nobody else their place:
 * the batch is stored one by one, and the delivery that holds it with its bytes alone.
 */
export async function storeDeliveries(
  db: Db,
  commitId: string,
  deliveries: readonly WrittenDelivery[],
  times: readonly CommitTimes[],
): Promise<void> {
  const { batch, times: said } = arrivalOf(deliveries, times);
  try {
    await storeFrom(
      db.$client,
      db.$client`select ${commitId}::uuid as commit_id, ${batch}::text as batch, ${said}::text as times`,
    );
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (deliveries.length > 1) {
      for (const delivery of deliveries) await storeDeliveries(db, commitId, [delivery], []);
    } else if (deliveries[0]?.reason === "broken_record") throw error;
    else await storeDeliveries(db, commitId, deliveries.map(withoutText), []);
  }
}

/** SQLSTATE class 22: the data cannot be stored, whatever the state of the server. */
export const isDataError = (error: unknown): boolean =>
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
  body: Buffer.from(delivery.body, delivery.inBase64 ? "base64" : "latin1").toString("base64"),
  inBase64: true,
});

/** A group of deliveries as `arrivals` holds it. */
export const arrivalOf = (deliveries: readonly WrittenDelivery[], times: readonly CommitTimes[]) => ({
  batch: JSON.stringify(deliveries),
  times: JSON.stringify(times),
});

/** Stores what `source` yields as rows of commit_id, batch and times; resolves with how many rows that were. */
export async function storeFrom(sql: Sql, source: Fragment): Promise<number> {
  const [row] = await sql<{ taken: number }[]>`
    with taken as (${source}), stored as (
      insert into deliveries (id, commit_id, received_at, read_ms, key_ms, connection_id, key_id, dialect, action,
        trigger, contact_id, email, name, event, list_id, source, verdict, reason, detail, params, remote_address,
        method, path, query, headers, body)
      select d.id, taken.commit_id, to_timestamp("receivedAt" / 1000), "readMs", "keyMs", "connectionId", "keyId",
        dialect, action, trigger, "contactId", email, name, event, "listId", source, verdict, reason, detail, params,
        "remoteAddress", method, path, query, headers,
        case when "inBase64" then decode(body, 'base64') else convert_to(body, 'UTF8') end
      from taken, json_to_recordset(taken.batch::json) as d(
        id uuid, "receivedAt" float8, "readMs" real, "keyMs" real, "connectionId" uuid, "keyId" uuid, dialect text,
        action text, trigger text, "contactId" text, email text, name text, event text, "listId" text, source text,
        verdict text, reason text, detail text, params jsonb, "remoteAddress" text, method text, path text, query text,
        headers jsonb, body text, "inBase64" boolean)
      on conflict (id) do nothing
      returning id
    ), waiting as (
      insert into inbox (delivery_ids) select array_agg(id) from stored having count(*) > 0
    ), timed as (
      insert into commits (id, deliveries, committed_at, answered_at)
      select c.id, c.deliveries, to_timestamp("committedAt" / 1000), to_timestamp("answeredAt" / 1000)
      from taken, json_to_recordset(taken.times::json)
        as c(id uuid, deliveries int, "committedAt" float8, "answeredAt" float8)
      on conflict (id) do nothing
    )
    select count(*)::int as taken, pg_notify('rollcall_inbox', '') from taken`;
  return row?.taken ?? 0;
}
