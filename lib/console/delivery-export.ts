import { stringify } from "csv-stringify/sync";
import type { Db } from "#db/client.ts";
import type { Delivery } from "../api/delivery-shapes.ts";
import { selectDeliveryIds } from "./deliveries.ts";
import type { Selection } from "./delivery-filter.ts";
import { deliveryJson, loadDeliveries } from "./delivery-rows.ts";

const columns = [
  "id",
  "receivedAt",
  "status",
  "reason",
  "detail",
  "sentence",
  "connectionName",
  "keyName",
  "dialect",
  "action",
  "event",
  "trigger",
  "contactId",
  "email",
  "name",
  "remoteAddress",
  "hop",
  "ackMs",
  "syncMs",
  "attempts",
  "nextRetryAt",
  "duplicateOf",
  "memberId",
] as const satisfies (keyof Delivery)[];

const chunk = 500;

/** All deliveries that match, newest first, as CSV with a header line or as one JSON object a line. */
export async function* exportDeliveries(
  db: Db,
  selection: Selection,
  format: "csv" | "ndjson",
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  if (format === "csv") yield encoder.encode(stringify([[...columns]]));
  let before: string | undefined;
  for (;;) {
    const ids = await selectDeliveryIds(db, before ? { ...selection, before } : selection, chunk);
    if (ids.length === 0) return;
    const items = (await loadDeliveries(db, ids)).map(deliveryJson);
    yield encoder.encode(
      format === "csv" ? csvOf(items) : items.map((item) => `${JSON.stringify(item)}\n`).join(""),
    );
    before = ids.at(-1);
  }
}

/** Spreadsheets run a cell that begins like a formula, so such a cell gets an apostrophe in front. */
const csvOf = (items: Delivery[]): string =>
  stringify(
    items.map((item) => columns.map((name) => item[name])),
    { escape_formulas: true },
  );
