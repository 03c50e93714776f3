import { describe, expect, it } from "vitest";
import type { Destination } from "#lib/api/destination-shapes.ts";
import { haltedOf, lookOf, memberLook, stateSentence } from "./destination-words.ts";

const now = Date.parse("2026-11-21T14:10:00Z");
const none = { reason: null, detail: null, sentence: null, remedy: null };
const nobody = { waiting: 0, running: 0, failed: 0, dead: 0, refused: 0, partial: 0, pushed: 0 };

type Given = Partial<Omit<Destination["health"], "backlog">> & { backlog?: Partial<typeof nobody> };

function destination({ backlog, state = "active", ...given }: Given): Destination {
  const health: Destination["health"] = {
    state,
    ...none,
    stateAt: "2026-11-21T14:02:00Z",
    stateBy: null,
    breaker: { state: "closed", ...none, failures: 0, openedAt: null, probeAt: null },
    oldestDueAt: null,
    last24Hours: { done: 0, unchanged: 0, skipped: 0, failed: 0, dead: 0, refused: 0, stopped: 0 },
    lastPush: null,
    pace: {
      ratePerMinute: 60,
      concurrency: 1,
      callsThisMinute: 0,
      pushesPerMinute: 0,
      pausedUntil: null,
      etaSeconds: null,
    },
    everyone: null,
    ...given,
    backlog: { ...nobody, ...backlog },
  };
  return {
    id: "01a1fe4e-9d16-7d0e-9b52-6f41c8a2e713",
    kind: "wordpress",
    kindLabel: "WordPress",
    name: "Members’ site",
    site: "members.example",
    state,
    settings: {},
    secretsSet: [],
    oldSecretUntil: null,
    ratePerMinute: 60,
    concurrency: 1,
    lastTest: null,
    health,
    createdAt: "2026-11-20T14:02:00Z",
    updatedAt: "2026-11-20T14:02:00Z",
  };
}
const said = (given: Given) => stateSentence(destination(given), now, "UTC");

describe("stateSentence", () => {
  it("says how many members are right", () => {
    expect(said({ backlog: { pushed: 1_284 } })).toBe("All 1,284 members are right.");
    expect(said({})).toBe("Nobody has been pushed yet.");
  });

  it("says who paused it and how many wait", () => {
    expect(said({ state: "paused", stateBy: "Ada", backlog: { waiting: 12 } })).toBe(
      "Paused by Ada, 14:02:00; 12 members wait.",
    );
  });

  it("says what stopped it, without the hop that the page is", () => {
    const sentence = "Stopped at Sites: members.example refused the user name or the application password.";
    expect(said({ state: "stopped", sentence, backlog: { waiting: 1 } })).toBe(
      "Stopped: members.example refused the user name or the application password; 1 member waits.",
    );
  });

  it("puts what needs a person before what is under way", () => {
    expect(said({ backlog: { refused: 2, waiting: 9, pushed: 40 } })).toBe(
      "2 members need a person; 40 are right and 9 wait.",
    );
  });
});

it("does not hide a failed test of a destination that nobody was pushed to", () => {
  const detail =
    "Stopped at Sites: members.example has no role called “gold”. The member is right in Rollcall. Map the role, then push again.";
  const check = { name: "roles" as const, status: "failed" as const, ms: 4, reason: null, detail };
  const lastTest = { ok: false, at: "2026-11-21T14:00:00Z", ms: 9, checks: [check] };
  const failed = { ...destination({}), lastTest };
  expect(lookOf(failed)).toMatchObject({ tone: "bad", word: "Test failed" });
  expect(stateSentence(failed, now, "UTC")).toBe(
    "The last test failed: members.example has no role called “gold”; nobody waits.",
  );
  const pushed = {
    ...none,
    at: "2026-11-21T14:05:00Z",
    status: "done" as const,
    memberId: "",
    email: null,
    ms: 1,
  };
  const since = { ...failed, health: { ...failed.health, lastPush: pushed } };
  expect(lookOf(since).word).toBe("Nobody yet");
});

it("names what is sent nothing in the words of its state, with whom that concerns", () => {
  const breaker = { ...destination({}).health.breaker, state: "open" as const };
  const backlog = { waiting: 2, dead: 1 };
  expect(
    haltedOf([
      destination({ state: "paused" }),
      destination({ breaker, backlog }),
      destination({ state: "stopped" }),
    ]),
  ).toEqual([
    { name: "Members’ site", verb: ["does not answer", "do not answer"], members: 3 },
    { name: "Members’ site", verb: ["is stopped", "are stopped"], members: 0 },
  ]);
});

it("draws a resting site as failing, and what waits at a halted one as halted", () => {
  const breaker = { ...destination({}).health.breaker, state: "open" as const };
  expect(lookOf(destination({ breaker })).word).toBe("Not answering");
  const refusing = { ...breaker, reason: "site_refused_call" as const };
  expect(lookOf(destination({ breaker: refusing })).word).toBe("Refusing");
  expect(memberLook({ state: "waiting", siteState: "paused" }).glyph).toBe("paused");
  expect(memberLook({ state: "waiting", siteState: "active" }).word).toBe("Waits");
});
