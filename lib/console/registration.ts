import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { registrationChecks } from "#db/schema/alerts.ts";
import type { Registration } from "../api/alert-shapes.ts";
import { crms } from "../crm/registry.ts";
import { explain } from "../reasons.ts";
import { connectionRow } from "./connections.ts";

/** What the last look at a connection's webhook found and did; null in automation mode and before the first look. */
export async function getRegistration(db: Db, id: string): Promise<{ registration: Registration | null }> {
  const row = await connectionRow(db, id);
  if (row.mode !== "event") return { registration: null };
  const [check] = await db.select().from(registrationChecks).where(eq(registrationChecks.connectionId, id));
  if (!check) return { registration: null };
  const { state, found, repairedFound, repairs, reason, detail } = check;
  const explained = explain(reason, { crm: crms[row.kind].label, detail });
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  const registration = {
    state,
    found,
    repairedFound,
    repairs,
    trouble: explained && `${explained.sentence} ${explained.remedy}`,
    checkedAt: iso(check.checkedAt),
    lostSince: iso(check.lostSince),
    repairedAt: iso(check.repairedAt),
  };
  return { registration };
}
