import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Db } from "#db/client.ts";
import { members } from "#db/schema/members.ts";
import type { Member, memberRefresh } from "../api/member-shapes.ts";
import { forgiveAttempts, passwordLimits, spendAttempt } from "../auth/attempts.ts";
import { verifyPassword } from "../auth/passwords.ts";
import { AppError } from "../errors.ts";
import { refreshMember } from "../sync/refresh.ts";
import { memberByEmail, memberJson } from "./members.ts";

/** Reads a member from the CRM now; when that takes too long, the answer is what the directory holds. */
export async function refreshNow(
  db: Db,
  asked: z.infer<typeof memberRefresh>,
  actor: string,
): Promise<{ member: Member; source: "crm" | "directory" }> {
  const { source } = await refreshMember(db, { ...asked, actor });
  const member = await memberByEmail(db, asked.email);
  if (!member) throw new AppError("not_found", "No member has this e-mail address.");
  return { member, source };
}

/**
 * The member whose login or e-mail and password these are. A wrong password and an unknown login are one answer that
 * takes the same time; 10 tries a login fit into 15 minutes (the address is the site's, the same for everyone).
 */
export async function checkMemberPassword(
  db: Db,
  given: { login: string; password: string; address: string },
): Promise<{ member: Member }> {
  const login = given.login.trim().toLowerCase();
  const limits = passwordLimits("member", login, given.address).slice(0, 1);
  const wait = await spendAttempt(db, limits);
  if (wait !== null) {
    const message = `Too many tries for this login. Wait ${Math.ceil(wait / 60)} minutes.`;
    throw new AppError("too_many", message, { retryAfterSeconds: wait });
  }
  const [row] = await db
    .select()
    .from(members)
    .where(sql`lower(${members.login}) = ${login} or lower(${members.email}) = ${login}`)
    .orderBy(sql`lower(${members.login}) = ${login} desc`)
    .limit(1);
  const right = await verifyPassword(row?.passwordHash ?? null, given.password);
  if (!row || !right) throw new AppError("unauthenticated", "Login and password do not belong together.");
  await forgiveAttempts(db, limits);
  return { member: await memberJson(db, row) };
}
