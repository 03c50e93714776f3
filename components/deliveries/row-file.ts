import type { Delivery } from "#lib/api/delivery-shapes.ts";

const csvFields = [
  "id",
  "receivedAt",
  "status",
  "reason",
  "detail",
  "action",
  "trigger",
  "contactId",
  "email",
  "name",
  "connectionName",
  "keyName",
  "ackMs",
  "syncMs",
  "attempts",
  "nextRetryAt",
] as const satisfies readonly (keyof Delivery)[];

/** A cell that no spreadsheet takes for a formula, quoted where it must be. */
function csvCell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Chosen rows as CSV (RFC 4180) or as one JSON object a line. */
export function rowsToText(rows: readonly Delivery[], format: "csv" | "ndjson"): string {
  if (format === "ndjson") return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const lines = [
    csvFields.join(","),
    ...rows.map((row) => csvFields.map((field) => csvCell(row[field])).join(",")),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** Hands text to the browser as a file. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
