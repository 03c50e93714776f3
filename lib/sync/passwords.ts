import { hash } from "@node-rs/argon2";
import { and, eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { pendingPasswords } from "#db/schema/members.ts";
import { env } from "../env.ts";
import { GiveUp, RetryLater } from "../errors.ts";
import { newPassword, unsealIfOurs } from "../secrets.ts";
import { holdLease } from "./fence.ts";
import type { OpenConnection } from "./open-connection.ts";

/** A password for a member just being made. `plain` is there only when Rollcall generated it. */
export type NewPassword = { hash: string; plain: string | null; origin: "generated" | "from_crm" };

/** The password the contact brings (`user_pass`), else a generated one of 16 characters; hashed with argon2id. */
export async function passwordForNew(fromCrm: string | null): Promise<NewPassword> {
  const plain = fromCrm ?? newPassword();
  return {
    hash: await hash(plain),
    plain: fromCrm ? null : plain,
    origin: fromCrm ? "from_crm" : "generated",
  };
}

/** What became of a waiting password; `gone`: its contact was deleted meanwhile, so there is nobody to return it to. */
export type Returned = "written" | "nothing" | "gone";

/**
 * Writes a waiting password to the chosen CRM field, reads it back, and erases it once the CRM shows it. A run that stops
 * between the two writes the same password again, which nobody notices; one that has lost its contact to another run
 * throws LeaseLost instead of writing. GiveUp("password_locked") for one that was sealed under another key: it is kept.
 */
export async function returnPassword(
  db: Db,
  open: OpenConnection,
  memberId: string,
  syncId: string,
): Promise<Returned> {
  const mine = and(eq(pendingPasswords.memberId, memberId), eq(pendingPasswords.connectionId, open.row.id));
  const [waiting] = await db.select().from(pendingPasswords).where(mine);
  if (!waiting) return "nothing";
  const field = open.row.returnPasswordField;
  await holdLease(db, syncId);
  const returned = field ? await writeAndRead(open.client, waiting, field) : "nothing";
  await db.delete(pendingPasswords).where(mine);
  return returned;
}

async function writeAndRead(
  client: OpenConnection["client"],
  { contactId, sealed }: { contactId: string; sealed: Buffer },
  field: string,
): Promise<Returned> {
  const password = unsealIfOurs(env().ENCRYPTION_KEY, sealed);
  if (password === null) throw new GiveUp("password_locked");
  try {
    await client.writeField(contactId, field, password);
    const seen = await client.readField(contactId, field);
    if (seen !== password) throw new RetryLater("password_not_seen");
    return "written";
  } catch (error) {
    if (error instanceof GiveUp && error.reason === "contact_missing") return "gone";
    throw error;
  }
}
