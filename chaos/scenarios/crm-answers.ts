import type { FaultKind } from "#lib/sandbox/state.ts";
import { type Lab, range, until } from "../lab.ts";
import type { Scenario } from "../scenario.ts";

const kinds: FaultKind[] = ["empty", "captcha", "429-bare", "500", "drip"];
const perKind = 12;

/** The CRM answers wrongly twice while new members are made; the fault is over when it was used up. */
async function answerWith(lab: Lab, kind: FaultKind, contacts: number[]): Promise<void> {
  await lab.phase(kind, async (over) => {
    lab.sandbox.control.fault(kind, 1, "contacts");
    lab.sandbox.control.fault(kind, 1, "fieldValues");
    const load = lab.load({ perSecond: 40, seconds: 2, contacts });
    await load.done;
    const { state } = lab.sandbox;
    await until(
      () => state.faults.length === 0 && state.calls.every((call) => call.status !== 0 || call.ms > 0),
      `${kind} was answered`,
      40_000,
    );
    over();
  });
}

export const crmAnswers: Scenario = {
  number: 6,
  name: "crm-answers",
  title: "CRM answers empty, captcha, 429, 500, drip",
  lab: () => ({ contacts: kinds.length * perKind }),
  async run(lab) {
    for (const [at, kind] of kinds.entries())
      await answerWith(lab, kind, range(at * perKind + 1, (at + 1) * perKind));
  },
};
