import { cpus } from "node:os";
import { benchDoor } from "./door.ts";
import { benchSync } from "./sync.ts";

console.log(
  `${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}. Load comes from the same machine.\n`,
);
await benchDoor(Number(process.env.BENCH_SECONDS ?? 8));
await benchSync(Number(process.env.BENCH_SECONDS ?? 8) * 3);
