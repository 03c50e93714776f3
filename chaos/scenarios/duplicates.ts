import type { Call } from "../load.ts";
import type { Scenario } from "../scenario.ts";

export const duplicates: Scenario = {
  number: 11,
  name: "duplicates",
  title: "duplicate and out-of-order events",
  async run(lab) {
    await lab.phase("three times each, shuffled", async (over) => {
      const calls: Call[] = [];
      // A window of 60 changes, of which any may be told next, three times in all; older news comes after newer.
      const next = (number: number): Call => {
        if (number % 3 === 0) calls.push(lab.change((number % 40) + 1));
        const recent = calls.slice(-60);
        return recent[(number * 7919) % recent.length] ?? lab.change(1);
      };
      await lab.load({ perSecond: 90, seconds: 10, next }).done;
      over();
      const missing = calls.filter((call) => !lab.sent.some((sent) => sent.marker === call.marker));
      await lab.load({
        perSecond: 90,
        seconds: missing.length / 90,
        next: (at) => missing[at] ?? lab.change(1),
      }).done;
    });
  },
};
