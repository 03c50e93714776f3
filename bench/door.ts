import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { startSandbox } from "#lib/sandbox/sandbox.ts";
import { automationBody, closedLoop, type Measured, openLoop } from "./load.ts";
import { startProcess } from "./processes.ts";
import { connect, settled, startRollcall } from "./rollcall.ts";

const emptyNextDir = ".cache/empty-next";

/** V8 compiles what runs often during the first ten thousand requests or so; measured is a server that has run a while. */
const warmUpSeconds = 4;

/** The rate of a server that is warm, for all of them alike. */
async function measure(url: string, connections: number, seconds: number): Promise<Measured> {
  await closedLoop(url, connections, warmUpSeconds);
  return closedLoop(url, connections, seconds);
}

const shown = (value: number) => value.toFixed(1).padStart(8);

function print(name: string, measured: Measured, base?: number): void {
  const ratio = base ? `${(measured.perSecond / base).toFixed(2)} of node:http` : "";
  const rate = Math.round(measured.perSecond).toString().padStart(7);
  console.log(
    `${name.padEnd(34)}${rate}/s${shown(measured.p50)} ms p50${shown(measured.p99)} ms p99  ${measured.errors} errors  ${ratio}`,
  );
}

/** The door against the least that node:http and Next can do, in one run on one machine; then at a fixed rate. */
export async function benchDoor(seconds: number): Promise<void> {
  console.log("The door: every answer after its commit (synchronous, fsync on), load in a closed loop.");
  const next = "node_modules/next/dist/bin/next";
  // A copy, since Next writes its build and its type settings beside the pages.
  cpSync("bench/empty-next", emptyNextDir, { recursive: true });
  const built = spawnSync(process.execPath, [next, "build", emptyNextDir], { encoding: "utf8" });
  if (built.status !== 0)
    throw new Error(`The empty Next app did not build.\n${built.stdout}${built.stderr}`);
  for (const connections of [32, 128]) {
    console.log(`\n${connections} connections`);
    const node = await startProcess(["bench/empty-node.ts"], {});
    const base = await measure(`http://127.0.0.1:${node.port}/`, connections, seconds);
    await node.stop();
    print("empty node:http server", base, base.perSecond);

    const empty = await startProcess([next, "start", emptyNextDir], {});
    const emptyNext = await measure(`http://127.0.0.1:${empty.port}/hook`, connections, seconds);
    await empty.stop();
    print("empty Next route handler", emptyNext, base.perSecond);

    await measureRollcall(connections, seconds, base.perSecond, emptyNext.perSecond);
  }
}

async function measureRollcall(
  connections: number,
  seconds: number,
  base: number,
  emptyNext: number,
): Promise<void> {
  const sandbox = await startSandbox({ callsPerSecond: 0 });
  const rollcall = await startRollcall();
  const { key } = await connect(rollcall, sandbox.url);
  const url = `${rollcall.url}/hooks/${key}/update`;
  const fast = await measure(url, connections, seconds);
  print("Rollcall, fast lane", fast, base);
  console.log(`${"".padEnd(34)}${(fast.perSecond / emptyNext).toFixed(1)} times the empty Next handler`);
  // The fast lane leaves this spelling to Next, which brings it to the same door.
  const slow = await measure(`${rollcall.url}/?%77pf_action=update&access_key=${key}`, connections, seconds);
  print("Rollcall, route handler", slow, base);
  if (connections === 128) {
    // The floods before leave a backlog, whose work is not this measurement's.
    await settled(rollcall);
    const steady = await openLoop({
      perSecond: 1_000,
      seconds,
      request: (number) => ({ url, body: automationBody((number % 25) + 1) }),
    });
    print("Rollcall, 1,000/s in an open loop", steady);
  }
  await rollcall.stop();
  await sandbox.close();
}
