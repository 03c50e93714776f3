import { describe, expect, it } from "vitest";
import type { Overview } from "#lib/api/overview-shapes.ts";
import { statusNames } from "../status/outcomes.ts";
import { healthSentence } from "./health-sentence.ts";

const now = Date.parse("2026-11-21T13:37:00Z");

function overviewWith(change: Partial<Overview> & { total?: number } = {}): Overview {
  const { total = 1284, ...rest } = change;
  const byStatus = Object.fromEntries(
    statusNames.map((status) => [status, 0]),
  ) as Overview["counts"]["byStatus"];
  const at = new Date(now).toISOString();
  return {
    counts: { total, byStatus, stuck: 0, buckets: [], bucketSeconds: 900, from: at, to: at },
    floods: { total: 0, byStatus, open: [] },
    ack: { p50: 3, p99: 11 },
    sync: { p50: 1600, p99: 3900 },
    backlog: { waiting: 4, oldestDueSeconds: 2 },
    line: [],
    needsPerson: [],
    healing: { count: 0, nextRetryAt: null },
    connections: [],
    hasDeliveries: true,
    ...rest,
  };
}

const cause: Overview["needsPerson"][number] = {
  status: "dead",
  reason: "no_email",
  detail: "48213",
  title: "Contact 48213 has no e-mail address.",
  remedy: "Add one in ActiveCampaign, then retry.",
  count: 12,
  connectionId: null,
  destination: null,
  since: "2026-11-21T13:00:00Z",
  lastAt: "2026-11-21T13:00:00Z",
  sampleId: "01a1fe4e-9d16-7d0e-9b52-6f41c8a2e713",
};

const said = (overview: Overview) => {
  const { before, link, after } = healthSentence(overview, now);
  return `${before}${link ?? ""}${after}`;
};

describe("the first sentence of the overview", () => {
  it("says that all is well, with what arrived and how many causes need a person", () => {
    expect(said(overviewWith())).toBe("All well. 1,284 webhooks in 24 h.");
    expect(said(overviewWith({ needsPerson: [cause, { ...cause, reason: "email_taken" }] }))).toBe(
      "All well. 1,284 webhooks in 24 h, 2 need a person.",
    );
    expect(said(overviewWith({ needsPerson: [cause] }))).toContain("1 needs a person.");
  });

  it("says first that nothing arrives", () => {
    expect(said(overviewWith({ total: 0 }))).toBe("Nothing is arriving.");
    expect(said(overviewWith({ total: 0, needsPerson: [cause] }))).toBe(
      "Nothing is arriving, and 1 needs a person.",
    );
  });

  it("says that the worker is behind when the oldest due work is over a minute late", () => {
    expect(said(overviewWith({ backlog: { waiting: 900, oldestDueSeconds: 300 } }))).toMatch(
      /^The worker is behind\./,
    );
  });

  it("counts a flood apart, so that it does not hide the day", () => {
    const floods = { ...overviewWith().floods, total: 4182 };
    expect(healthSentence(overviewWith({ total: 5466, floods }), now).before).toBe(
      "All well. 1,284 webhooks in 24 h.",
    );
  });
});
