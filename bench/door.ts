import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { placeEmbedded } from "#db/embedded.ts";
import { startSandbox } from "#lib/sandbox/sandbox.ts";
import { automationBody, closedLoop, type Measured, openLoop } from "./load.ts";
import { startProcess } from "./processes.ts";
import { connect, settled, startRollcall } from "./rollcall.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const emptyNextDir = ".cache/empty-next";

/** V8 compiles what runs often during the first ten thousand requests or so; measured is a server that has run a while. */
const warmUpSeconds = 4;

/** ActiveCampaign's limit, at which the worker works while the door is measured. */
const usualCallsPerSecond = 5;

/** The rate of a server that is warm, for all of them alike. */
async function measure(url: string, connections: number, seconds: number): Promise<Measured> {
  await closedLoop(url, connections, warmUpSeconds);
  return closedLoop(url, connections, seconds);
}

const shown = (value: number) => value.toFixed(1).padStart(8);

function print(name: string, measured: Measured, ...bases: [of: string, base: Measured][]): void {
  const ratios = bases.map(([of, base]) => `${(measured.perSecond / base.perSecond).toFixed(2)} of ${of}`);
  const rate = Math.round(measured.perSecond).toString().padStart(7);
  console.log(
    `${name.padEnd(34)}${rate}/s${shown(measured.p50)} ms p50${shown(measured.p99)} ms p99  ${measured.errors} errors  ${ratios.join(", ")}`,
  );
}

/** A rate that every server here can bear, sent whatever the answers do: the empty server shows what the machine alone adds. */
const steadily = (seconds: number, url: string): Promise<Measured> =>
  openLoop({ url, perSecond: 1_000, seconds, body: (number) => automationBody((number % 25) + 1) });

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
    const plain = `http://127.0.0.1:${node.port}/`;
    const base = await measure(plain, connections, seconds);
    print("empty node:http server", base);
    if (connections === 128) print("empty node:http, 1,000/s open loop", await steadily(seconds, plain));
    await node.stop();

    const durable = await measureLeast(connections, seconds);
    print("least durable server", durable, ["node:http", base]);

    const empty = await startProcess([next, "start", emptyNextDir], {});
    const emptyNext = await measure(`http://127.0.0.1:${empty.port}/hook`, connections, seconds);
    await empty.stop();
    print("empty Next route handler", emptyNext, ["node:http", base]);

    await measureRollcall(connections, seconds, [
      ["node:http", base],
      ["the least durable", durable],
      ["empty Next", emptyNext],
    ]);
  }
}

/** Node's server before one INSERT, on a PostgreSQL like Rollcall's: what this machine allows at best. */
async function measureLeast(connections: number, seconds: number): Promise<Measured> {
  const { dataDir, remove } = temporaryFolder();
  const place = await placeEmbedded({ dataDir, say: () => undefined });
  const embedded = await place.start();
  const least = await startProcess(["bench/least-durable.ts"], { DATABASE_URL: place.url });
  const url = `http://127.0.0.1:${least.port}/`;
  const measured = await measure(url, connections, seconds);
  if (connections === 128) print("least durable, 1,000/s open loop", await steadily(seconds, url));
  await least.stop();
  await embedded.stop();
  remove();
  return measured;
}

async function measureRollcall(
  connections: number,
  seconds: number,
  bases: [of: string, base: Measured][],
): Promise<void> {
  const sandbox = await startSandbox({ callsPerSecond: usualCallsPerSecond });
  const rollcall = await startRollcall();
  const { key } = await connect(rollcall, sandbox.url, { callsPerSecond: usualCallsPerSecond });
  const url = `${rollcall.url}/hooks/${key}/update`;
  print("Rollcall, fast lane", await measure(url, connections, seconds), ...bases);
  // The fast lane leaves this spelling to Next, which brings it to the same door.
  const slow = await measure(`${rollcall.url}/?%77pf_action=update&access_key=${key}`, connections, seconds);
  print("Rollcall, route handler", slow, ...bases);
  if (connections === 128) {
    // The floods before leave a backlog, whose work is not this measurement's.
    await settled(rollcall);
    print("Rollcall, 1,000/s in an open loop", await steadily(seconds, url));
  }
  await rollcall.stop();
  await sandbox.close();
}
