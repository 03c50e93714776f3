import type { Db } from "#db/client.ts";
import type { DeliveryParams } from "#db/schema/deliveries.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import type { ReasonCode } from "../reasons.ts";
import type { Trigger } from "../words.ts";

/** A delivery on its way into the database. Times are milliseconds since 1970, with fractions. */
export type NewDelivery = {
  id: string;
  receivedAt: number;
  readMs: number;
  keyMs: number;
  connectionId: string | null;
  keyId: string | null;
  dialect: string;
  action: string;
  trigger: Trigger;
  contactId: string | null;
  email: string | null;
  name: string | null;
  event: string | null;
  listId: string | null;
  source: string | null;
  verdict: "accepted" | "rejected" | "unreadable";
  reason: ReasonCode | null;
  detail: string | null;
  params: DeliveryParams;
  remoteAddress: string;
  method: string;
  path: string;
  query: string;
  headers: [string, string][];
  body: Buffer;
};

export type Recorder = {
  /** Resolves after COMMIT; rejects when the database did not take it. */
  record(delivery: NewDelivery): Promise<void>;
  /** Waits for what is under way, and refuses what comes later. */
  close(): Promise<void>;
};

type Waiting = { delivery: NewDelivery; resolve: () => void; reject: (error: unknown) => void };
type Commit = { id: string; deliveries: number; committed_at: number; answered_at: number };

const maxBatch = 512;
const maxBatchBytes = 8 * 1024 * 1024;

/** Milliseconds since 1970 with fractions, steady within a process. */
export const now = (): number => performance.timeOrigin + performance.now();

/**
 * Group commit: one INSERT at a time, shared by all deliveries that arrived while the one before was in flight, with
 * one inbox row for the worker. No timer stands between a delivery and its commit.
 */
export function openRecorder(db: Db): Recorder {
  const queue: Waiting[] = [];
  let finished: Commit[] = [];
  let running: Promise<void> | null = null;
  let tidy: NodeJS.Timeout | null = null;
  let closed = false;

  async function commitBatch(batch: Waiting[]): Promise<void> {
    const commitId = uuidv7();
    const earlier = finished;
    finished = [];
    try {
      await insertDeliveries(
        db,
        commitId,
        batch.map((item) => item.delivery),
        earlier,
      );
    } catch (error) {
      finished = [...earlier, ...finished].slice(-100);
      if (batch.length > 1 && isDataError(error)) {
        for (const item of batch) await commitBatch([item]);
      } else if (isDataError(error) && batch[0] && batch[0].delivery.reason !== "broken_record") {
        await commitBatch([{ ...batch[0], delivery: withoutText(batch[0].delivery) }]);
      } else for (const item of batch) item.reject(error);
      return;
    }
    const committedAt = now();
    for (const item of batch) item.resolve();
    setImmediate(() => {
      finished.push({
        id: commitId,
        deliveries: batch.length,
        committed_at: committedAt,
        answered_at: now(),
      });
      tidy ??= setTimeout(() => void noteCommits(), 20);
    });
  }

  /** The last commit before a pause has no next one to write its times. */
  async function noteCommits(): Promise<void> {
    tidy = null;
    if (running || finished.length === 0) return;
    const earlier = finished;
    finished = [];
    await insertDeliveries(db, uuidv7(), [], earlier).catch((error) =>
      log.warn({ error }, "door.timings_lost"),
    );
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) await commitBatch(takeBatch(queue));
    running = null;
  }

  return {
    record(delivery) {
      if (closed) return Promise.reject(new Error("The door is closing."));
      return new Promise<void>((resolve, reject) => {
        queue.push({ delivery, resolve, reject });
        running ??= drain();
      });
    },
    async close() {
      closed = true;
      await running;
      if (tidy) clearTimeout(tidy);
      await new Promise((resolve) => setImmediate(resolve));
      await noteCommits();
    },
  };
}

function takeBatch(queue: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  while (count < queue.length && count < maxBatch && (count === 0 || bytes < maxBatchBytes)) {
    bytes += queue[count]?.delivery.body.length ?? 0;
    count += 1;
  }
  return queue.splice(0, count);
}

/** SQLSTATE class 22: the data cannot be stored, whatever the state of the server. */
const isDataError = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && String(error.code).startsWith("22");

/** The same delivery with nothing but its bytes, for text that the database refuses. */
const withoutText = (delivery: NewDelivery): NewDelivery => ({
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

async function insertDeliveries(
  db: Db,
  commitId: string,
  deliveries: NewDelivery[],
  commits: Commit[],
): Promise<void> {
  const rows = deliveries.map(({ body, ...delivery }) => ({ ...delivery, body: body.toString("base64") }));
  await db.$client`
    with given as (
      select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as d(
        id uuid, "receivedAt" float8, "readMs" real, "keyMs" real, "connectionId" uuid, "keyId" uuid, dialect text,
        action text, trigger text, "contactId" text, email text, name text, event text, "listId" text, source text,
        verdict text, reason text, detail text, params jsonb, "remoteAddress" text, method text, path text, query text,
        headers jsonb, body text)
    ), stored as (
      insert into deliveries (id, commit_id, received_at, read_ms, key_ms, connection_id, key_id, dialect, action,
        trigger, contact_id, email, name, event, list_id, source, verdict, reason, detail, params, remote_address,
        method, path, query, headers, body)
      select id, ${commitId}::uuid, to_timestamp("receivedAt" / 1000), "readMs", "keyMs", "connectionId", "keyId",
        dialect, action, trigger, "contactId", email, name, event, "listId", source, verdict, reason, detail, params,
        "remoteAddress", method, path, query, headers, decode(body, 'base64')
      from given
    ), waiting as (
      insert into inbox (delivery_ids) select array_agg(id) from given having count(*) > 0
    ), timed as (
      insert into commits (id, deliveries, committed_at, answered_at)
      select id, deliveries, to_timestamp(committed_at / 1000), to_timestamp(answered_at / 1000)
      from json_to_recordset(${JSON.stringify(commits)}::text::json)
        as c(id uuid, deliveries int, committed_at float8, answered_at float8)
    )
    select pg_notify('rollcall_inbox', '') where ${deliveries.length > 0}`;
}
