import { sql } from "drizzle-orm";
import { type Condition, counted, type ReadConditions } from "../condition.ts";

type Loop = { connectionId: string; name: string; contacts: number; contactId: string; held: number };

/** Contacts whose events are held because writes and events kept following each other; one condition a connection. */
export const readLoopGuard: ReadConditions = async (db) => {
  const rows = await db.execute<Loop>(sql`
    select g.connection_id as "connectionId", c.name, count(*)::int as contacts, min(g.contact_id) as "contactId",
      sum(g.held)::int as held
    from loop_guards g join connections c on c.id = g.connection_id where g.closed_at is null group by 1, 2`);
  return rows.map(
    ({ connectionId, name, contacts, contactId, held }): Condition => ({
      kind: "loop_guard",
      key: `loop_guard:${connectionId}`,
      connectionId,
      level: "wait",
      text: {
        title: `Held at the queue: ${contacts === 1 ? `contact ${contactId}` : counted(contacts, "contact")} of ${name} went round in a loop of changes and webhooks.`,
        safe: `Nothing is lost: ${counted(held, "webhook")} ${held === 1 ? "is" : "are"} held. Other contacts go on.`,
        remedy:
          "Look which automation in the CRM answers Rollcall’s own change, stop it, then release what is held.",
        path: `/webhooks?${new URLSearchParams({ status: "held", connection: connectionId, range: "7d" })}`,
        action: "Show what is held",
      },
    }),
  );
};
