import { describe, expect, it } from "vitest";
import type { Overview } from "#lib/api/overview-shapes.ts";
import { healthSentence } from "./health-sentence.ts";
import { now, overviewWith } from "./testing.ts";

const cause: Overview["needsPerson"][number] = {
  status: "dead",
  reason: "no_email",
  detail: "48213",
  title: "Contact 48213 has no e-mail address.",
  remedy: "Add one in ActiveCampaign, then retry.",
  count: 12,
  connectionId: null,
  contactUrl: null,
  keyName: null,
  remoteAddress: null,
  destination: null,
  since: "2026-11-21T13:00:00Z",
  lastAt: "2026-11-21T13:00:00Z",
  sampleId: "01a1fe4e-9d16-7d0e-9b52-6f41c8a2e713",
};

const connection: Overview["connections"][number] = {
  id: "01a1feda-6900-7000-82db-eb47827d74ac",
  name: "Oakline",
  kindLabel: "ActiveCampaign",
  mode: "automation",
  webhookRegistered: false,
  lastDeliveryAt: "2026-11-21T13:36:00Z",
  testOk: true,
  testAt: "2026-11-21T13:00:00Z",
  callsPerSecond: 5,
  callsLastSecond: 0,
  pausedUntil: null,
};
const unused = { ...connection, name: "New one", lastDeliveryAt: null, testOk: false };

const said = (overview: Overview, halted: Parameters<typeof healthSentence>[2] = []) => {
  const { before, link, after } = healthSentence(overview, now, halted);
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

  it("names an outage that webhooks meet before a connection that nothing uses yet", () => {
    const connections = [connection, unused];
    const sites = ["A", "B", "C"].map((name) => ({
      name,
      verb: ["is stopped", "are stopped"] as const,
      members: 106,
    }));
    expect(said(overviewWith({ connections }), sites)).toBe(
      "3 destinations are stopped, and New one cannot be read. 1,284 webhooks in 24 h.",
    );
    expect(said(overviewWith({ connections }))).toBe("New one cannot be read. 1,284 webhooks in 24 h.");
    expect(said(overviewWith({ connections: [{ ...connection, testOk: false }] }), sites.slice(0, 1))).toBe(
      "Oakline cannot be read, and A is stopped. 1,284 webhooks in 24 h.",
    );
  });

  it("says that no CRM is connected before it asks about automations", () => {
    expect(healthSentence(overviewWith({ total: 0 }), now)).toMatchObject({
      before: "No CRM is connected yet.",
    });
  });

  it("says first that nothing arrives", () => {
    expect(said(overviewWith({ total: 0, connections: [connection] }))).toBe("Nothing is arriving.");
    expect(said(overviewWith({ total: 0, connections: [connection], needsPerson: [cause] }))).toBe(
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
