import { describe, expect, it } from "vitest";
import type { Delivery } from "#lib/api/delivery-shapes.ts";
import { panelSentence, runSentence } from "./panel-words.ts";
import { aboutWhom, secondLine } from "./row-words.ts";

const delivery: Delivery = {
  id: "01a1fe4e-9d16-7d0e-9b52-6f41c8a2e713",
  receivedAt: "2026-11-21T13:32:07.318Z",
  connectionId: null,
  connectionName: "Oakline",
  kindLabel: "ActiveCampaign",
  keyId: null,
  keyName: null,
  dialect: "rollcall",
  action: "update",
  event: null,
  source: null,
  trigger: "automation",
  contactId: null,
  email: null,
  name: null,
  remoteAddress: "198.51.100.7",
  status: "rejected",
  hop: "door",
  reason: "no_such_key",
  detail: null,
  sentence: null,
  remedy: null,
  ackMs: 4,
  syncMs: null,
  attempts: 1,
  maxAttempts: 12,
  nextRetryAt: null,
  duplicateOf: null,
  floodId: null,
  memberId: null,
  site: null,
  canRetry: false,
};
const refusal = "Stopped at Sites: Broken shop refused the call (HTTP 422).";
const partly: Delivery = {
  ...delivery,
  status: "partly_synced",
  reason: "site_refused_call",
  sentence: refusal,
  site: { id: delivery.id, name: "Broken shop", others: 2 },
};

describe("whom a row is about", () => {
  it("says what a refused key asked for where it is known, and otherwise nothing", () => {
    expect(aboutWhom(delivery)).toEqual(["198.51.100.7", ""]);
    expect(aboutWhom({ ...delivery, contactId: "5" })).toEqual(["198.51.100.7", "asked for contact 5"]);
  });

  it("says that a request names no contact only where it was read", () => {
    const unreadable = { ...delivery, status: "unreadable" as const };
    expect(aboutWhom({ ...unreadable, reason: "no_contact" })[1]).toBe("names no contact");
    expect(aboutWhom({ ...unreadable, reason: "bad_json" })[1]).toBe("");
  });
});

describe("what is partly synced", () => {
  it("names the destination, and how many more there are", () => {
    expect(secondLine(partly, "UTC")).toBe("Broken shop and 2 more");
    expect(panelSentence(partly)).toBe(`${refusal} 2 more sites are not right either.`);
    const alone = { ...partly, site: { id: delivery.id, name: "Broken shop", others: 0 } };
    expect(secondLine(alone, "UTC")).toBe("Broken shop");
    expect(panelSentence(alone)).toBe(refusal);
  });

  it("never says that its run went through", () => {
    const run = {
      id: delivery.id,
      number: 1,
      startedAt: delivery.receivedAt,
      ms: 40,
      status: "synced",
      reason: null,
      sentence: null,
      workerId: "w1",
    };
    expect(runSentence(run, partly)).toBe("The member is right; 3 sites are not.");
    expect(runSentence(run, { ...partly, status: "synced" })).toBe("It went through.");
  });
});
