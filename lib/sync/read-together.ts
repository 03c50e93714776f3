import type { Loaded } from "../crm/contract.ts";

/** A place in a reading: asks for a contact and gets it when all the others have asked too, or gives the place up. */
export type Seat = { load(contactId: string): Promise<Loaded>; leave(): void };

type Asked = { id: string; settle(answer: Loaded | Error | Promise<never>): void };

/**
 * Lets so many runs read their contacts in one go, so that they share full calls however unevenly they come to it. A
 * run that needs no reading must leave, or the others wait for it.
 */
export function readTogether(
  loadMany: (contactIds: readonly string[]) => Promise<(Loaded | Error)[]>,
  runs: number,
): Seat[] {
  const asked: Asked[] = [];
  let missing = runs;

  function arrive(): void {
    missing -= 1;
    if (missing > 0 || asked.length === 0) return;
    loadMany(asked.map((one) => one.id)).then(
      (answers) => {
        for (const [at, one] of asked.entries()) one.settle(answers[at] ?? { status: "missing" });
      },
      (error) => {
        for (const one of asked) one.settle(Promise.reject(error));
      },
    );
  }

  return Array.from({ length: runs }, () => {
    let seated = true;
    const rise = () => {
      if (!seated) return;
      seated = false;
      arrive();
    };
    return {
      async load(id) {
        const answer = seated
          ? await new Promise<Loaded | Error>((settle) => {
              asked.push({ id, settle });
              rise();
            })
          : ((await loadMany([id]))[0] ?? { status: "missing" as const });
        if (answer instanceof Error) throw answer;
        return answer;
      },
      leave: rise,
    };
  });
}
