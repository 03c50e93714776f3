import { isUtf8 } from "node:buffer";
import { eq, inArray } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { deliveries } from "#db/schema/deliveries.ts";
import { syncs } from "#db/schema/syncs.ts";
import type { Delivery, DeliveryDetail } from "../api/delivery-shapes.ts";
import { crms } from "../crm/registry.ts";
import { readForm, readPairs } from "../door/pairs.ts";
import { selectDeliveryIds } from "./deliveries.ts";
import { type DeliveryRow, deliveryJson, loadDeliveries } from "./delivery-rows.ts";
import { readSiteSteps } from "./delivery-site-steps.ts";
import { composeSteps, type Run, runJson } from "./delivery-steps.ts";
import { notFound } from "./not-found.ts";

/** One delivery with every step, the request as received, its runs and what else came for this contact. */
export async function getDelivery(db: Db, id: string): Promise<DeliveryDetail> {
  const [row] = await loadDeliveries(db, [id]);
  if (!row) throw notFound("delivery");
  const [runs, request, related, atSites] = await Promise.all([
    loadRuns(db, row),
    loadRequest(db, id),
    loadRelated(db, row),
    readSiteSteps(db, row),
  ]);
  const crm = row.kind ? crms[row.kind].label : null;
  return {
    ...deliveryJson(row),
    steps: [...composeSteps(row, runs, crm), ...atSites],
    request,
    changes: runs.findLast((run) => run.changes)?.changes ?? null,
    runs: runs.map((run, index) => runJson(run, index, crm)),
    related,
    contactUrl:
      row.kind && row.baseUrl && row.contactId ? crms[row.kind].contactUrl(row.baseUrl, row.contactId) : null,
    sharedCommit: row.sharedCommit,
  };
}

type ChangedRun = Run & { changes: DeliveryDetail["changes"] };

async function loadRuns(db: Db, row: DeliveryRow): Promise<ChangedRun[]> {
  const ids = row.outcome?.syncIds ?? [];
  if (ids.length === 0) return [];
  const found = await db.select().from(syncs).where(inArray(syncs.id, ids));
  const byId = new Map(found.map((run) => [run.id, run]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

async function loadRequest(db: Db, id: string): Promise<DeliveryDetail["request"]> {
  const { method, path, query, headers, body } = deliveries;
  const [found] = await db
    .select({ method, path, query, headers, body })
    .from(deliveries)
    .where(eq(deliveries.id, id));
  if (!found) throw notFound("delivery");
  const contentType = found.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const isText = isUtf8(found.body);
  const pairs = [...readForm(found.query), ...readPairs(found.body, contentType)];
  return {
    method: found.method,
    path: found.path,
    query: found.query,
    headers: found.headers,
    body: isText ? found.body.toString("utf8") : "",
    bodyBase64: isText ? null : found.body.toString("base64"),
    bodyBytes: found.body.length,
    pairs: pairs.map(([name, value]) => [name, value]),
  };
}

async function loadRelated(db: Db, row: DeliveryRow): Promise<Delivery[]> {
  if (!row.contactId || !row.connectionId) return [];
  const selection = { contact: row.contactId, connection: row.connectionId };
  const ids = await selectDeliveryIds(db, selection, 11);
  const rows = await loadDeliveries(db, ids.filter((id) => id !== row.id).slice(0, 10));
  return rows.map(deliveryJson);
}
