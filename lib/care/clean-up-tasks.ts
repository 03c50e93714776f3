import { z } from "zod";
import type { Db } from "#db/client.ts";
import { enqueueRetention } from "../queue/enqueue-care.ts";
import { runErasure } from "./erase.ts";
import { runRetention } from "./retention.ts";
import { nightlyCron } from "./retention-night.ts";

const retentionPayload = z.object({ runId: z.string().nullable() });
const erasePayload = z.object({ erasureId: z.string() });

/** The worker's tasks that remove things: the clean-up of the night or on request, and erasing a person. */
export const cleanUpTasks = (db: Db) => ({
  retention: async (payload: unknown) => {
    await runRetention(db, retentionPayload.parse(payload).runId);
  },
  retention_tonight: () => enqueueRetention(db, null),
  erase: (payload: unknown) => runErasure(db, erasePayload.parse(payload).erasureId),
});

/** When the nightly clean-up is put on the queue, where it waits for its turn. */
export const cleanUpCron = { task: "retention_tonight", match: nightlyCron };
