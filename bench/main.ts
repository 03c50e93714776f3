import { cpus, totalmem } from "node:os";
import { benchDoor } from "./door.ts";
import { benchFlood } from "./flood.ts";
import { benchLog } from "./log.ts";
import { benchSync } from "./sync.ts";
import { benchWordPress } from "./wordpress.ts";
import { benchWorkers } from "./workers.ts";

const seconds = Number(process.env.BENCH_SECONDS ?? 6);
const share = Number(process.env.BENCH_SHARE ?? 1);

const parts: Record<string, () => Promise<void>> = {
  door: () => benchDoor(seconds),
  sync: () => benchSync(seconds * 3),
  flood: () => benchFlood(share),
  workers: () => benchWorkers(share),
  log: () => benchLog(seconds, share),
  wordpress: benchWordPress,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0)
  throw new Error(`There is no part ${unknown.join(", ")}. The parts are ${Object.keys(parts).join(", ")}.`);

const gb = (totalmem() / 2 ** 30).toFixed(0);
console.log(
  `${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, ${gb} GB, ${process.platform}, Node ${process.version}, the embedded PostgreSQL.`,
);
console.log(
  `Load, CRM and database are on the same machine. BENCH_SECONDS=${seconds}, BENCH_SHARE=${share} of the full size.\n`,
);
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  const began = performance.now();
  await parts[name]?.();
  console.log(`(${name} took ${Math.round((performance.now() - began) / 1000)} s)`);
}
