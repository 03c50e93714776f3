import { describe, expect, it } from "vitest";
import { hopNames, hopPlaces } from "./hop-places.ts";
import { chartGroups, outcomes, statusNames } from "./outcomes.ts";

describe("the hop line", () => {
  it("always has five places and says in words where a delivery is", () => {
    for (const status of statusNames) {
      for (const { hop } of hopNames) {
        const { places, label } = hopPlaces(status, hop);
        expect(places).toHaveLength(5);
        expect(label).toMatch(/hop \d of 5$|^Reached every hop/);
      }
    }
  });

  it("shows what was passed, where it stopped and what was not reached", () => {
    expect(hopPlaces("failed", "crm")).toEqual({
      places: ["reached", "reached", "stopped", "unreached", "unreached"],
      label: "stopped at CRM, hop 3 of 5",
    });
    expect(hopPlaces("rejected", "door").places[0]).toBe("stopped");
    expect(hopPlaces("duplicate", "queue").label).toBe("ended at Queue, hop 2 of 5");
  });

  it("reads Sites as not needed for a delivery that ended well at the member", () => {
    expect(hopPlaces("synced", "member").places.at(-1)).toBe("needless");
    expect(hopPlaces("synced", "member").label).toBe("Reached every hop; Sites not needed");
    expect(hopPlaces("synced", "sites").places.every((place) => place === "reached")).toBe(true);
  });
});

describe("the words of the outcomes", () => {
  it("names every outcome once and puts each into exactly one chart group", () => {
    expect(new Set(Object.values(outcomes).map((look) => look.word)).size).toBe(statusNames.length);
    const grouped: string[] = chartGroups.flatMap((group) => [...group.statuses]);
    expect([...grouped].sort()).toEqual([...statusNames].sort());
  });
});
