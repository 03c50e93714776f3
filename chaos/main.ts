import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { audit } from "./audit.ts";
import { openLab } from "./lab.ts";
import { type Scenario, scenarios } from "./registry.ts";

/** Promised: everything accepted is at its end within this time of a fault's end. */
const recoveryLimitMs = 30_000;

const mostMisses = 12;

type Line = { cells: string[]; misses: string[] };

const widths = [4, 44, 7, 13, 8, 6, 9, 12];
const print = (cells: string[]) =>
  console.log(
    cells
      .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join(""),
  );

/** `npm run chaos [-- name …]`: every fault, or those named; `--quick` the few that each test run takes. */
const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const quick = process.argv.includes("--quick");
const chosen =
  names.length > 0
    ? names.flatMap((wanted) => scenarios.filter(({ name }) => name === wanted))
    : scenarios.filter(({ inQuick }) => !quick || inQuick);

print(["", "fault", "sent", "acknowledged", "synced", "lost", "doubled", "recovery"]);
// Ended together with what started it; the processes below end by themselves.
process.on("disconnect", () => process.exit(1));
let missed = 0;
for (const scenario of chosen) {
  const { cells, misses } = await run(scenario);
  print(cells);
  for (const miss of misses.slice(0, mostMisses)) console.log(`    ${miss}`);
  if (misses.length > 0) missed += 1;
}
const held = chosen.length - missed;
console.log(missed === 0 ? "Nothing lost, nothing doubled." : `${missed} of ${chosen.length} did not hold.`);
if (process.env.CHAOS_OUTPUT_FILE)
  writeFileSync(process.env.CHAOS_OUTPUT_FILE, JSON.stringify({ held, missed }));
process.exit(missed === 0 && chosen.length > 0 ? 0 : 1);

async function run(scenario: Scenario): Promise<Line> {
  const label = [String(scenario.number), scenario.title];
  const unable = scenario.needs?.() ?? null;
  if (unable) return { cells: [...label, `not run: ${unable}`], misses: [] };
  const lab = await openLab(scenario.name, scenario.lab?.());
  try {
    await scenario.run(lab, quick);
    // A mail or write that comes once too often comes after the last state looked right.
    await sleep(1_000);
    const seen = await audit(lab, scenario.right);
    const recovered = lab.phases.map(({ recoveryMs }) => recoveryMs);
    const late = lab.phases.filter(
      ({ recoveryMs }) => recoveryMs === null || (!quick && recoveryMs > recoveryLimitMs),
    );
    const slow = late.map(({ name, recoveryMs }) =>
      recoveryMs === null
        ? `${name}: not settled in time`
        : `${name}: took ${seconds(recoveryMs)} to recover`,
    );
    const longest = recovered.includes(null) ? "never" : seconds(Math.max(0, ...recovered.map(Number)));
    const { sent, acknowledged, synced, lost, doubled } = seen;
    const counts = [sent, acknowledged, synced, lost, doubled].map(String);
    return { cells: [...label, ...counts, longest], misses: [...slow, ...seen.misses] };
  } catch (error) {
    return {
      cells: [...label, "stopped"],
      misses: [error instanceof Error ? (error.stack ?? "") : String(error)],
    };
  } finally {
    await lab.close();
    scenario.tidy?.();
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
