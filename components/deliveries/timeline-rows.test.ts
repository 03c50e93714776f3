import { describe, expect, it } from "vitest";
import type { DeliveryDetail, DeliveryStep } from "#lib/api/delivery-shapes.ts";
import { doorFall, roundUp, workerFall } from "./timeline-rows.ts";

const step = (change: Partial<DeliveryStep>): DeliveryStep => ({
  name: "Received",
  hop: "door",
  status: "done",
  startedAt: "2026-11-21T13:32:07.318Z",
  ms: 0.3,
  reason: null,
  detail: null,
  sentence: null,
  attempt: null,
  ...change,
});

const timeout = {
  name: "Loaded",
  hop: "crm",
  status: "failed",
  ms: 15_000,
  reason: "crm_timeout",
  sentence: "Stopped at the CRM: ActiveCampaign did not answer within 15 seconds.",
} as const;

const delivery: DeliveryDetail = {
  id: "01a1fe4e-9d16-7d0e-9b52-6f41c8a2e713",
  receivedAt: "2026-11-21T13:32:07.318Z",
  connectionId: null,
  connectionName: "Oakline",
  kindLabel: "ActiveCampaign",
  keyId: null,
  keyName: "Level change",
  dialect: "wp-fusion",
  action: "update",
  event: null,
  source: null,
  trigger: "automation",
  contactId: "51877",
  email: null,
  name: null,
  remoteAddress: "198.51.100.7",
  status: "failed",
  hop: "crm",
  reason: "crm_timeout",
  detail: null,
  sentence: timeout.sentence,
  remedy: null,
  ackMs: 4,
  syncMs: null,
  attempts: 2,
  maxAttempts: 12,
  nextRetryAt: "2026-11-21T13:41:20.000Z",
  duplicateOf: null,
  floodId: null,
  memberId: null,
  site: null,
  canRetry: true,
  steps: [
    step({}),
    step({ name: "Recorded", ms: 3.3 }),
    step({ name: "Answered", ms: 0.4 }),
    step({ ...timeout, startedAt: "2026-11-21T13:32:08.000Z", attempt: 1 }),
    step({ ...timeout, startedAt: "2026-11-21T13:33:00.000Z", attempt: 2 }),
  ],
  request: {
    method: "POST",
    path: "/",
    query: "",
    headers: [],
    body: "",
    bodyBase64: null,
    bodyBytes: 2148,
    pairs: [],
  },
  changes: null,
  runs: [],
  related: [],
  contactUrl: null,
  sharedCommit: 8,
};
const now = Date.parse("2026-11-21T13:37:08Z");

describe("the two clocks of a delivery", () => {
  it("counts the door in milliseconds, each step after the one before", () => {
    const { rows, scale } = doorFall(delivery);
    expect(scale).toBe("0 – 5 ms");
    expect(rows.map((row) => [row.title, row.detail, row.ms])).toEqual([
      ["Received", "POST, 2.1 KB from 198.51.100.7", "0.3 ms"],
      ["Recorded", "on disk, with 7 others in one commit", "3.3 ms"],
      ["Answered", "200 accepted, 4.0 ms after arrival", "0.4 ms"],
    ]);
    expect(rows[1]?.bar?.left).toBeCloseTo(0.06);
  });

  it("ends a refusal in the code that was answered, and without a tick", () => {
    const answered = step({ name: "Answered", detail: "401, turned away" });
    const refused = {
      ...delivery,
      status: "rejected" as const,
      hop: "door" as const,
      steps: [step({}), answered],
    };
    expect(doorFall(refused).rows.at(-1)).toMatchObject({
      glyph: "dot",
      detail: "401, turned away, 4.0 ms after arrival",
    });
    expect(doorFall(delivery).rows.at(-1)?.glyph).toBe("synced");
  });

  it("counts the worker on a scale of its own, with the next try and what was not reached", () => {
    const { rows, scale } = workerFall(delivery, now, "UTC");
    expect(scale).toBe("0 – 10 min");
    expect(rows.map((row) => [row.title, row.detail])).toEqual([
      ["CRM, try 1", "ActiveCampaign did not answer within 15 seconds"],
      ["CRM, try 2", "ActiveCampaign did not answer within 15 seconds"],
      ["CRM, try 3 of 12", "at 13:41:20, in 4 min"],
      ["Member", "not reached, nothing changed"],
      ["Sites", "not reached"],
    ]);
  });

  it("names each site with what became of the push, and when it is tried again", () => {
    const pushed = (name: string, change: Partial<DeliveryStep>) =>
      step({
        name: `pushed to ${name}`,
        hop: "sites",
        attempt: 1,
        startedAt: "2026-11-21T13:32:08Z",
        ...change,
      });
    const sentence = "Stopped at Sites: forum.example failed while it worked (HTTP 500).";
    const { rows } = workerFall(
      {
        ...delivery,
        status: "partly_synced",
        hop: "sites",
        steps: [
          pushed("Members_site", { detail: "role, tags" }),
          pushed("Forum", { status: "failed", sentence }),
          pushed("Forum", { status: "waiting", startedAt: "2026-11-21T13:41:20Z" }),
        ],
      },
      now,
      "UTC",
    );
    expect(rows.map((row) => [row.title, row.detail])).toEqual([
      ["Pushed to Members_site", "role, tags"],
      ["Not pushed to Forum", "forum.example failed while it worked (HTTP 500)"],
      ["Push to Forum", "tried again at 13:41:20, in 4 min"],
    ]);
  });

  it("rounds a scale up to a number people know", () => {
    expect([3, 740, 61_000, 400_000].map(roundUp)).toEqual([5, 1_000, 120_000, 600_000]);
  });
});
