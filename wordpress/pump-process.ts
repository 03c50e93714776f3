import { closeDb, openDb } from "#db/client.ts";
import { env } from "#lib/env.ts";
import { createOutbound } from "#lib/http/outbound.ts";
import { startPushes } from "#lib/push/run-pushes.ts";

/** The pushing half of a worker as a process of its own, for tests that kill one. A call may take two seconds. */
const db = openDb(env().DATABASE_URL ?? "", { name: "rollcall pump", lateFlush: true });
const outbound = createOutbound({ allow: env().OUTBOUND_ALLOW, timeoutMs: 2_000 });
const pushes = await startPushes(db, outbound.fetch);

// The input ends with the test, in whatever way it ends.
process.stdin.resume().once("end", async () => {
  await pushes.stop();
  await outbound.close();
  await closeDb(db);
});
