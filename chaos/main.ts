import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Audit, audit } from "./audit.ts";
import { openLab, type Phase } from "./lab.ts";
import { lastLine, type Tally } from "./last-line.ts";
import { scenarios } from "./registry.ts";
import type { Scenario } from "./scenario.ts";

/** Promised: everything accepted is at its end within this time of a fault's end. */
const recoveryLimitMs = 30_000;

const mostMisses = 12;

type Line = { ended: keyof Tally; cells: string[]; misses: string[] };

const widths = [4, 44, 7, 13, 8, 6, 9, 12];
const print = (cells: string[]) =>
  console.log(
    cells
      .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join(""),
  );

/** `npm run chaos [-- name …]`: every fault, or those named. `--quick`: what each test run takes, a few faults in one world. */
const names = process.argv.slice(2).filter((argument) => argument !== "--quick");
const quick = process.argv.includes("--quick");
const named = scenarios.filter(({ name }) => names.includes(name));
const few = named.length > 0 ? named : scenarios.filter(({ inQuick }) => inQuick);
const inOneWorld: Scenario = {
  number: 0,
  name: "quick",
  title: "a few faults in one world",
  lab: () => ({ contacts: 40 }),
  async run(lab) {
    for (const scenario of few) await scenario.run(lab, true);
  },
};
const chosen = quick ? [inOneWorld] : names.length > 0 ? named : scenarios;

print(["", "fault", "sent", "acknowledged", "synced", "lost", "doubled", "recovery"]);
// Ended together with what started it; the processes below end by themselves.
process.on("disconnect", () => process.exit(1));
const tally: Tally = { held: 0, missed: 0, notRun: 0 };
for (const scenario of chosen) {
  const { ended, cells, misses } = await run(scenario);
  print(cells);
  for (const miss of misses.slice(0, mostMisses)) console.log(`    ${miss}`);
  tally[ended] += 1;
}
console.log(lastLine(tally));
if (process.env.CHAOS_OUTPUT_FILE) writeFileSync(process.env.CHAOS_OUTPUT_FILE, JSON.stringify(tally));
process.exit(tally.missed === 0 && chosen.length > 0 ? 0 : 1);

async function run(scenario: Scenario): Promise<Line> {
  const label = [String(scenario.number), scenario.title];
  const unable = scenario.needs?.() ?? null;
  if (unable) return { ended: "notRun", cells: [...label, `not run: ${unable}`], misses: [] };
  try {
    const lab = await openLab(scenario.name, scenario.lab?.());
    try {
      await scenario.run(lab, quick);
      // A mail or write that comes once too often comes after the last state looked right.
      await sleep(1_000);
      return lineOf(label, lab.phases, await audit(lab, scenario.right));
    } finally {
      await lab.close();
    }
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ended: "missed", cells: [...label, "stopped"], misses: [told] };
  } finally {
    scenario.tidy?.();
  }
}

/** A line of the table; a time is a miss when it is over the limit, in a test run only when there was no end at all. */
function lineOf(label: string[], phases: Phase[], seen: Audit): Line {
  const late = phases.flatMap(({ name, recoveryMs }) => {
    if (recoveryMs === null) return [`${name}: not settled in time`];
    return quick || recoveryMs <= recoveryLimitMs ? [] : [`${name}: took ${seconds(recoveryMs)} to recover`];
  });
  const never = phases.some(({ recoveryMs }) => recoveryMs === null);
  const longest = never ? "never" : seconds(Math.max(0, ...phases.map(({ recoveryMs }) => recoveryMs ?? 0)));
  const { sent, acknowledged, synced, lost, doubled } = seen;
  const counts = [sent, acknowledged, synced, lost, doubled].map(String);
  if (quick)
    for (const { name, recoveryMs } of phases)
      console.log(`    ${name}: ${seconds(recoveryMs ?? Number.NaN)}`);
  const misses = [...late, ...seen.misses];
  return { ended: misses.length > 0 ? "missed" : "held", cells: [...label, ...counts, longest], misses };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
