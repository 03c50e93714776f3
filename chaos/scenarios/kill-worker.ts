import { type Lab, range, until } from "../lab.ts";
import type { Program } from "../program.ts";
import type { Scenario } from "../scenario.ts";

type Step = {
  name: string;
  /** Brings runs to the step and keeps them there; the returned function lets them go on. */
  stop(lab: Lab): Promise<() => Promise<unknown>>;
};

/** Waits for calls of a kind while the CRM answers slowly; those of workers that were killed are open for ever. */
const slowCall = (name: string, path: RegExp): Step => ({
  name,
  async stop(lab) {
    const { calls } = lab.sandbox.state;
    const earlier = new Set(calls);
    const isOpen = () =>
      calls.some(
        (call) => !earlier.has(call) && call.status === 0 && path.test(`${call.method} ${call.path}`),
      );
    lab.sandbox.control.settings({ latencyMs: 1_500 });
    await until(isOpen, name);
    return async () => lab.sandbox.control.settings({ latencyMs: 0 });
  },
});

/** Lets nobody write to a table, only lock its rows, until workers stand before it with a statement of the step. */
async function lockedTable(lab: Lab, table: string, statement: string): Promise<() => Promise<void>> {
  const session = await lab.database.sql().reserve();
  await session.unsafe(`begin; lock table ${table} in share mode`);
  await until(async () => {
    // Not in the session itself: within a transaction PostgreSQL shows the activity of its first look.
    const waiting = await lab.database.sql()`
      select from pg_stat_activity where wait_event_type = 'Lock' and query ilike ${`%${statement}%`}`;
    return waiting.length > 0;
  }, `${statement} waits`);
  return async () => {
    await session`commit`;
    session.release();
  };
}

const apply: Step = { name: "apply", stop: (lab) => lockedTable(lab, "members", "members") };

const report: Step = {
  name: "report",
  async stop(lab) {
    const answered = await slowCall("load", /^GET contacts$/).stop(lab);
    const goOn = await lockedTable(lab, "syncs", "update syncs s set finished_at");
    await answered();
    return goOn;
  },
};

const heldMail: Step = {
  name: "welcome mail",
  async stop(lab) {
    lab.mailbox.hold(true);
    await until(() => lab.mailbox.held() > 0, "a welcome mail is on its way");
    return async () => lab.mailbox.hold(false);
  },
};

const steps: Step[] = [
  slowCall("load", /^GET contacts$/),
  apply,
  slowCall("write back", /^POST fieldValues$/),
  slowCall("read back", /^GET contacts\/\d+$/),
  heldMail,
  report,
];

/** Kills one of two workers while runs are in a step; the other has to take over, and the killed one comes back later. */
async function killIn(lab: Lab, step: Step, victim: Program, contacts: number[]): Promise<void> {
  await lab.phase(step.name, async (over) => {
    const load = lab.load({ perSecond: 40, seconds: 1.5, contacts });
    const goOn = await step.stop(lab);
    await victim.kill("SIGKILL");
    over();
    await goOn();
    await load.done;
  });
  await victim.start();
}

export const killWorker: Scenario = {
  number: 2,
  name: "kill-worker",
  title: "worker killed in each step of a run",
  inQuick: true,
  lab: () => ({ contacts: 20 * steps.length }),
  async run(lab, quick) {
    for (const [at, step] of (quick ? steps.slice(0, 1) : steps).entries()) {
      const victim = lab.workers[at % lab.workers.length];
      if (victim) await killIn(lab, step, victim, range(at * 20 + 1, at * 20 + 20));
    }
  },
};
