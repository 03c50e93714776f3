import { describe, expect, it } from "vitest";
import type { Delivery } from "#lib/api/delivery-shapes.ts";
import { rowsToText } from "./row-file.ts";

const row: Delivery = {
  id: "01a1fe4e-9d16-7d0e-9b52-6f41c8a2e713",
  receivedAt: "2026-11-21T13:32:07.318Z",
  connectionId: null,
  connectionName: "Oakline",
  kindLabel: "ActiveCampaign",
  keyId: null,
  keyName: 'Level "change", 2026',
  dialect: "wp-fusion",
  action: "update",
  event: null,
  source: null,
  trigger: "automation",
  contactId: "51877",
  email: "seun.adeyemi@example.org",
  name: "=HYPERLINK(0)",
  remoteAddress: "198.51.100.7",
  status: "failed",
  hop: "crm",
  reason: "crm_timeout",
  detail: null,
  sentence: null,
  remedy: null,
  ackMs: 4,
  syncMs: null,
  attempts: 3,
  maxAttempts: 8,
  nextRetryAt: null,
  duplicateOf: null,
  floodId: null,
  memberId: null,
  site: null,
  canRetry: true,
};

describe("chosen rows as a file", () => {
  it("quotes what CSV must quote and disarms what a spreadsheet would run", () => {
    const [head, line] = rowsToText([row], "csv").split("\r\n");
    expect(head).toMatch(/^id,receivedAt,status/);
    expect(line).toContain('"Level ""change"", 2026"');
    expect(line).toContain("'=HYPERLINK(0)");
  });

  it("writes one JSON object a line", () => {
    const lines = rowsToText([row, row], "ndjson").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([row.id, row.id]);
  });
});
