import type { Tx } from "#db/client.ts";
import { auditLog } from "#db/schema/people.ts";
import { uuidv7 } from "../ids.ts";

/** Notes who changed what; call it with the transaction of the change, so that neither is there without the other. */
export async function audit(
  tx: Tx,
  actor: string,
  action: string,
  target: string,
  targetId: string | null,
  details: Record<string, unknown> = {},
): Promise<void> {
  await tx.insert(auditLog).values({ id: uuidv7(), actor, action, target, targetId, details });
}
