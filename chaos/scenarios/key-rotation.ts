import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";

export const keyRotation: Scenario = {
  number: 12,
  name: "key-rotation",
  title: "key rotated mid-flood",
  async run(lab) {
    let keys = [lab.key.secret];
    let keyId = lab.key.id;
    const rotate = async (overlapHours: number) => {
      const made = await lab.api<{ id: string; key: string }>("POST", `/access-keys/${keyId}/rotate`, {
        overlapHours,
      });
      keyId = made.id;
      keys = [...keys, made.key].slice(-2);
    };
    const next = (number: number) => lab.change((number % 40) + 1, { key: keys[number % keys.length] });
    await lab.phase("with an overlap, both keys in use", async (over) => {
      const load = lab.load({ perSecond: 150, next });
      await sleep(2_000);
      await rotate(1);
      over();
      await sleep(2_000);
      await load.stop();
      const refused = lab.sent.filter(({ status }) => status !== 200).length;
      if (refused > 0) throw new Error(`${refused} calls were refused during an overlap.`);
    });
    await lab.phase("at once, the old key still in use", async (over) => {
      const load = lab.load({ perSecond: 150, next });
      await sleep(2_000);
      await rotate(0);
      over();
      await sleep(2_000);
      await load.stop();
      if (!lab.sent.some(({ status }) => status === 401)) throw new Error("The old key was never refused.");
      // What was refused is nobody's to know; with the new key each contact tells once more what it is.
      const withNew = (number: number) => lab.change(number + 1, { key: keys.at(-1) });
      await lab.load({ perSecond: 40, seconds: 1, next: withNew }).done;
    });
  },
};
