import { and, eq, gt, isNotNull, or, sql } from "drizzle-orm";
import { registrationChecks } from "#db/schema/alerts.ts";
import { connections } from "#db/schema/connections.ts";
import { crms } from "../../../crm/registry.ts";
import { explain } from "../../../reasons.ts";
import type { Fault } from "../../registration.ts";
import type { Condition, ReadConditions } from "../condition.ts";

const faultWords: Record<Fault, string> = {
  missing: "was taken out",
  inactive: "was switched off",
  url: "had another address",
  events: "had other events",
  sources: "had other sources",
  list: "was for another list",
  key: "had an access key that was ended or narrowed",
};

/** What was wrong with a webhook, as the end of a sentence about it. */
export const faultSentence = (found: readonly string[]): string =>
  found.map((one) => faultWords[one as Fault] ?? one).join(", ") || "is not in order";

type Row = { check: typeof registrationChecks.$inferSelect; row: typeof connections.$inferSelect };

/** Webhooks that are lost in the CRM; those that were put right stay in view for 10 minutes. */
export const readRegistration: ReadConditions = async (db) => {
  const wrong = or(
    isNotNull(registrationChecks.lostSince),
    gt(registrationChecks.repairedAt, sql`now() - interval '10 minutes'`),
  );
  const rows = await db
    .select({ check: registrationChecks, row: connections })
    .from(registrationChecks)
    .innerJoin(connections, eq(connections.id, registrationChecks.connectionId))
    .where(and(eq(connections.mode, "event"), wrong));
  return rows.map((one) => (one.check.lostSince ? lost(one) : repaired(one)));
};

const about = ({ row }: Row) => ({
  kind: "registration" as const,
  connectionId: row.id,
  crm: crms[row.kind].label,
});

function lost(one: Row): Condition {
  const { crm, ...rest } = about(one);
  const { found, reason, detail } = one.check;
  const explained = explain(reason, { crm, detail });
  return {
    ...rest,
    key: `registration:${one.row.id}`,
    level: "bad",
    text: {
      title:
        `The webhook of ${one.row.name} ${faultSentence(found)} in ${crm}, and could not be put right. ${explained?.sentence ?? ""}`.trim(),
      safe: "What changes in the CRM meanwhile is looked up when the webhook is back.",
      remedy: `${explained?.remedy ?? ""} Rollcall tries again every 15 minutes.`.trim(),
      path: `/connections/${one.row.id}`,
      action: "Open the connection",
    },
  };
}

function repaired(one: Row): Condition {
  const { crm, ...rest } = about(one);
  return {
    ...rest,
    key: `registration:${one.row.id}:repaired:${one.check.repairs}`,
    level: "wait",
    text: {
      title: `The webhook of ${one.row.name} ${faultSentence(one.check.repairedFound)} in ${crm}. Rollcall put it right.`,
      safe: "Contacts that changed meanwhile are looked up in the CRM and synced.",
      remedy: "Nothing to do, unless it happens again: then ask who changes webhooks in the CRM’s settings.",
      path: `/connections/${one.row.id}`,
      action: "Open the connection",
    },
  };
}
