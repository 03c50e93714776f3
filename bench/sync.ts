import { startSandbox } from "#lib/sandbox/sandbox.ts";
import { automationBody, openLoop, spread } from "./load.ts";
import { connect, type Rollcall, settled, startRollcall } from "./rollcall.ts";

const contacts = 1_000;

/** From webhook to synced member at 50 a second, the sandbox's rate limit off; members are there, each call changes one. */
export async function benchSync(seconds: number): Promise<void> {
  console.log(
    "\nFrom webhook to synced member, 50/s in an open loop, the CRM's rate limit off, no flood opened.",
  );
  const sandbox = await startSandbox({ callsPerSecond: 0, contacts });
  const rollcall = await startRollcall();
  const { key } = await connect(rollcall, sandbox.url, { floodPerMinute: 1_000_000 });
  const url = `${rollcall.url}/hooks/${key}`;
  await openLoop({
    url: `${url}/add`,
    perSecond: 100,
    seconds: contacts / 100,
    body: (at) => automationBody(at + 1),
  });
  await settled(rollcall);

  const from = new Date().toISOString();
  const calls = sandbox.control.calls().calls.length;
  await openLoop({
    url: `${url}/update`,
    perSecond: 50,
    seconds,
    body: (at) => {
      const contactId = (at % contacts) + 1;
      sandbox.control.edit([contactId], { fields: { CITY: `City ${at}` } });
      return automationBody(contactId);
    },
  });
  await settled(rollcall);
  const synced = await syncTimes(rollcall, from);
  const crm = spread(
    sandbox.control
      .calls()
      .calls.slice(calls)
      .map((call) => call.ms),
  );
  const all = spread(synced);
  console.log(`synced ${synced.length}: ${all.p50.toFixed(1)} ms p50, ${all.p99.toFixed(1)} ms p99`);
  console.log(
    `the CRM's own answer: ${crm.p50} ms p50; Rollcall's share: ${(all.p50 - crm.p50).toFixed(1)} ms p50`,
  );
  await rollcall.stop();
  await sandbox.close();
}

async function syncTimes(rollcall: Rollcall, from: string): Promise<number[]> {
  const times: number[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: { items: { status: string; syncMs: number | null }[]; nextCursor: string | null } =
      await rollcall.api("GET", `/deliveries?from=${from}&limit=200${cursor ? `&cursor=${cursor}` : ""}`);
    for (const item of page.items)
      if (item.status === "synced" && item.syncMs !== null) times.push(item.syncMs);
    cursor = page.nextCursor;
  }
  return times;
}
