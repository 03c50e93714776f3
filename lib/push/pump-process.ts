import { openDb } from "#db/client.ts";
import { startPushes } from "./run-pushes.ts";
import { localFetch } from "./testing.ts";

// A worker of tests, to be killed: it pushes until it is.
const db = openDb(process.env.DATABASE_URL ?? "", { max: 5, name: "rollcall test pump" });
await startPushes(db, localFetch);
