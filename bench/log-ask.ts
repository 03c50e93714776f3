import { spread } from "./load.ts";
import type { LogCase } from "./log-cases.ts";
import type { Cost } from "./plans.ts";
import type { Rollcall } from "./rollcall.ts";

const rounds = 25;

export type Asked = { name: string; aimMs: number | null; p50: number; p95: number };

/** Asks each question many times, one after the other, as the console does: through the API, with its authentication. */
export async function askAll(rollcall: Rollcall, cases: readonly LogCase[]): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const { name, path: where, aimMs } of cases) {
    const times: number[] = [];
    const give = performance.now() + 5_000;
    for (let round = 0; round <= rounds && (round < 4 || performance.now() < give); round++) {
      const began = performance.now();
      await rollcall.api("GET", where);
      // The first answer warms caches that a running server has warm.
      if (round > 0) times.push(performance.now() - began);
    }
    const { p50, p95 } = spread(times);
    asked.push({ name, aimMs, p50, p95 });
  }
  return asked;
}

const right = (value: number, digits = 1) => value.toFixed(digits).padStart(9);

/** A line for each question: the aim, what was seen, what the database alone took for it, and how the two compare. */
export function tellAsked(asked: readonly Asked[], costs: ReadonlyMap<string, Cost>): void {
  console.log(`${"question".padEnd(56)}      aim      p50      p95  in PostgreSQL: ms    pages`);
  for (const { name, aimMs, p50, p95 } of asked) {
    const cost = costs.get(name);
    const verdict = aimMs === null ? "" : p95 > aimMs ? "  miss" : "  pass";
    const aim = aimMs === null ? "-".padStart(9) : right(aimMs, 0);
    const work = cost ? `${right(cost.ms).padStart(19)}${right(cost.pages, 0)}` : "";
    console.log(`${name.padEnd(56)}${aim}${right(p50)}${right(p95)}${work}${verdict}`);
  }
  const aimed = asked.filter((one) => one.aimMs !== null);
  const passed = aimed.filter((one) => one.p95 <= (one.aimMs ?? 0)).length;
  console.log(
    `${passed} of ${aimed.length} questions within their aim, which is for the 95th percentile, in milliseconds`,
  );
}
