import { eq } from "drizzle-orm";
import { registrationChecks, silences } from "#db/schema/alerts.ts";
import { connections } from "#db/schema/connections.ts";
import { crms } from "../../../crm/registry.ts";
import { type Condition, type ReadConditions, roughly } from "../condition.ts";

/** Connections that are silent for longer than usual. */
export const readSilence: ReadConditions = async (db) => {
  const rows = await db
    .select({ silence: silences, row: connections, check: registrationChecks })
    .from(silences)
    .innerJoin(connections, eq(connections.id, silences.connectionId))
    .leftJoin(registrationChecks, eq(registrationChecks.connectionId, silences.connectionId));
  return rows.map(({ silence, row, check }): Condition => {
    const crm = crms[row.kind].label;
    const events = row.mode === "event";
    return {
      kind: "silence",
      key: `silence:${row.id}`,
      connectionId: row.id,
      level: "wait",
      text: {
        title: `No webhook for ${roughly(Date.now() - silence.since.getTime())} from ${row.name}; ${silence.usual}.`,
        safe: events ? registeredSentence(check) : "Rollcall’s door is open and answers.",
        remedy: events
          ? `If people did change in ${crm}, look whether its automations and forms run.`
          : `Look in ${crm} whether the automations with a webhook step are active and still call this address.`,
        path: `/connections/${row.id}`,
        action: "Open the connection",
      },
    };
  });
};

function registeredSentence(check: typeof registrationChecks.$inferSelect | null): string {
  if (!check?.checkedAt) return "Whether the webhook is still registered is not known yet.";
  if (check.state === "lost") return "The webhook is not registered any more.";
  if (check.state === "unknown") return "Whether the webhook is still registered could not be found out.";
  return "The webhook is still registered.";
}
