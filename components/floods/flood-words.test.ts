import { describe, expect, it } from "vitest";
import type { Flood } from "#lib/api/flood-shapes.ts";
import {
  apartWords,
  decisionWords,
  endWords,
  floodGlyph,
  floodLead,
  floodTitle,
  paceWords,
  progressWords,
  startWords,
  stateWord,
} from "./flood-words.ts";

const now = Date.parse("2026-11-21T14:30:00Z");
const zone = "UTC";

const flood: Flood = {
  id: "01a1fede-42db-7000-8000-0000000000ff",
  kind: "flood",
  connectionId: "01a1feda-6900-7000-82db-eb47827d74ac",
  connectionName: "Oakline",
  kindLabel: "ActiveCampaign",
  state: "pacing",
  taking: true,
  openedAt: "2026-11-21T14:20:03Z",
  lastAt: "2026-11-21T14:24:41Z",
  startsAt: null,
  endedAt: null,
  closedAt: null,
  thresholdPerMinute: 600,
  ratePerMinute: 812,
  peakPerMinute: 1204,
  deliveries: 4182,
  contacts: 4120,
  contactsLeft: 3012,
  counts: { waiting: 3032, running: 20, held: 0, done: 1130, failed: 0, dropped: 0 },
  countedAt: "2026-11-21T14:29:59Z",
  callsNeeded: 42,
  callsLeft: 31,
  callsPerSecond: 5,
  callsPerMinute: null,
  callsLeftToday: null,
  contactsPerSecond: 18.4,
  etaSeconds: 1020,
  pausedUntil: null,
  decision: null,
};
const held = { ...flood.counts, waiting: 0, running: 0, held: 3052 };

describe("what is said about a flood", () => {
  it("tells how far it is, whose pace it has and when it ends", () => {
    expect(floodTitle(flood, now)).toBe("4,182 webhooks paced: a flood from Oakline");
    expect(floodLead(flood, now, zone)).toBe(
      "4,120 contacts, 14:20:03 to 14:24:41. None is lost; other webhooks go first.",
    );
    expect(progressWords(flood)).toBe("1,130 done, 3,052 to go");
    expect(paceWords(flood)).toBe("18 contacts a second, within 5 calls a second, the pace set for Oakline");
    expect(paceWords({ ...flood, contactsPerSecond: 0.04 })).toMatch(/^2 contacts a minute, within 5 calls/);
    expect(endWords(flood, now, zone)).toBe("done at about 14:47");
  });

  it("names the limit that is met first", () => {
    const slow = { ...flood, callsPerMinute: 6, contactsPerSecond: null };
    expect(paceWords(slow)).toBe("6 calls a minute, the pace set for Oakline");
    expect(paceWords({ ...slow, callsPerMinute: 1000 })).toBe("5 calls a second, the pace set for Oakline");
  });

  it("names a day’s limit where the calls do not last", () => {
    expect(paceWords({ ...flood, callsLeftToday: 12 })).toBe(
      "12 calls left of today’s limit, the rest after 00:00 UTC",
    );
  });

  it("says who holds it and why", () => {
    const at = "2026-11-21T14:28:00Z";
    const decision = { choice: "hold" as const, by: "Marta", reason: "Shop sale", at };
    const given = { ...flood, state: "held" as const, counts: held, etaSeconds: null, decision };
    expect(floodTitle(given, now)).toBe("3,052 of 4,182 webhooks held: a flood from Oakline");
    expect(progressWords(given)).toBe("1,130 done, 3,052 held");
    expect(progressWords({ ...given, counts: { ...held, held: 3032, running: 20 } })).toBe(
      "1,130 done, 20 still running, 3,032 held",
    );
    expect(decisionWords(given, now, zone)).toBe("Held by Marta, 14:28:00: “Shop sale”");
    expect(endWords(given, now, zone)).toBeNull();
    const alone = { ...given, decision: { ...decision, by: null, reason: null } };
    expect(decisionWords(alone, now, zone)).toBe("Held by itself, as the connection is set, 14:28:00");
  });

  it("a batch that still collects says when it starts", () => {
    const batch: Flood = { ...flood, kind: "batch", startsAt: "2026-11-21T14:35:00Z" };
    expect(floodTitle(batch, now)).toBe("4,182 webhooks collected: a batch from Oakline");
    expect(stateWord(batch, now)).toBe("Collecting");
    expect(stateWord(batch, now + 600_000)).toBe("Paced");
  });

  it("one with nothing to go is done, though more may still join it", () => {
    const empty: Flood = { ...flood, counts: { ...held, held: 0, done: 4182 }, etaSeconds: null };
    expect(floodTitle(empty, now)).toBe("4,182 webhooks worked off: a flood from Oakline");
    expect(stateWord(empty, now)).toBe("Done");
    expect(floodGlyph(empty)).toBe("synced");
    expect(apartWords(empty, now, zone)).toBe(
      "A flood from Oakline is counted apart: all 4,182 are worked off.",
    );
    const batch: Flood = { ...empty, kind: "batch", startsAt: "2026-11-21T14:31:00Z" };
    expect(stateWord(batch, now)).toBe("Done");
    expect(startWords(batch, now, zone)).toBeNull();
    const begun: Flood = { ...flood, deliveries: 0, counts: { ...held, held: 0, done: 0 } };
    expect(stateWord(begun, now)).toBe("Paced");
  });

  it("one that is done says how long it took and what failed", () => {
    const done: Flood = {
      ...flood,
      state: "done",
      closedAt: "2026-11-21T14:29:03Z",
      counts: { ...held, held: 0, done: 4170, failed: 12 },
    };
    expect(floodTitle(done, now)).toBe("4,182 webhooks worked off: a flood from Oakline");
    expect(progressWords(done)).toBe("4,170 done, 12 failed");
    expect(endWords(done, now, zone)).toBe("done 14:29:03, after 9 min");
  });
});
