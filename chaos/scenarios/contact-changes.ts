import { setTimeout as sleep } from "node:timers/promises";
import { synced } from "../audit.ts";
import { type Lab, range } from "../lab.ts";
import type { Scenario } from "../scenario.ts";

/** What ActiveCampaign's merge leaves: the other contact has its tags too, and this one's id is not found any more. */
function merge(lab: Lab, from: number, into: number): void {
  const { control, state } = lab.sandbox;
  const names = [...(state.contacts.get(from)?.tags.keys() ?? [])].map((id) => state.tags.get(id) ?? "");
  control.edit([into], { addTags: names });
  control.forget(from);
}

/** Calls stop for a contact that is not there any more. */
const left = (lab: Lab) => range(1, 40).filter((id) => lab.sandbox.state.contacts.get(id)?.deleted === false);

export const contactChanges: Scenario = {
  number: 7,
  name: "contact-changes",
  title: "contact merged, deleted, e-mail changed",
  right: (outcome, sent) =>
    synced(outcome, sent) ||
    (outcome.status === "skipped" &&
      ["contact_deleted", "contact_missing"].includes(outcome.reason ?? "") &&
      sent.contactId <= 20),
  async run(lab) {
    await lab.phase("all at once", async (over) => {
      lab.sandbox.control.settings({ latencyMs: 400 });
      const load = lab.load({
        perSecond: 60,
        next: (number) => lab.change(left(lab)[number % left(lab).length] ?? 40),
      });
      await sleep(1_000);
      for (let id = 1; id <= 10; id++) {
        lab.sandbox.control.remove(id);
        merge(lab, id + 10, id + 20);
        lab.sandbox.control.edit([id + 30], { email: `moved.${id}@example.com` });
        await sleep(200);
      }
      over();
      await sleep(2_000);
      await load.stop();
      // The change of a contact is told once more, as the CRM does for an edit and a merge.
      const rest = left(lab);
      await lab.load({ perSecond: 40, seconds: rest.length / 40, contacts: rest }).done;
    });
  },
};
