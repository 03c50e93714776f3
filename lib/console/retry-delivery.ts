import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { outcomes } from "#db/schema/deliveries.ts";
import { audit } from "../auth/audit.ts";
import { AppError } from "../errors.ts";
import { requeue } from "../sync/requeue.ts";
import type { Status } from "../words.ts";
import { loadDeliveries, statusOf } from "./delivery-rows.ts";
import { notFound } from "./not-found.ts";

/**
 * Queues a delivery for another run, before everyday work. One conditional UPDATE decides, so a second click while it
 * waits or runs gets `conflict` and starts nothing.
 */
export async function retryDelivery(
  db: Db,
  id: string,
  actor: string,
): Promise<{ id: string; status: Status }> {
  const retried = await db.transaction(async (tx) => {
    const taken = await requeue(tx, eq(outcomes.deliveryId, id), { priority: "person" });
    if (taken.length > 0) await audit(tx, actor, "retried", "delivery", id);
    return taken.length > 0;
  });
  if (!retried) throw await whyNotRetried(db, id);
  return { id, status: "queued" };
}

async function whyNotRetried(db: Db, id: string): Promise<AppError> {
  const [row] = await loadDeliveries(db, [id]);
  if (!row) return notFound("delivery");
  const status = statusOf(row);
  if (status === "queued") return new AppError("conflict", "This delivery is waiting for its run already.");
  if (status === "running") {
    return new AppError("conflict", "This delivery is running now. Wait until it is done.");
  }
  if (row.kind === null) return new AppError("conflict", "The connection of this delivery is gone.");
  return new AppError(
    "conflict",
    "This delivery names no contact that its key may touch. It cannot run again.",
  );
}
