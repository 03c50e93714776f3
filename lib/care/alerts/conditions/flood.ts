import { sql } from "drizzle-orm";
import { type Condition, counted, type ReadConditions } from "../condition.ts";

type Flood = {
  id: string;
  connectionId: string;
  name: string;
  state: string;
  deliveries: number;
  contactsLeft: number;
  peak: number;
};

/** Floods that are not worked off yet. */
export const readFlood: ReadConditions = async (db) => {
  const rows = await db.execute<Flood>(sql`
    select f.id, f.connection_id as "connectionId", c.name, f.state, f.deliveries, f.contacts_left as "contactsLeft", f.peak
    from floods f join connections c on c.id = f.connection_id where f.kind = 'flood' and f.closed_at is null`);
  return rows.map(conditionOf);
};

function conditionOf({ id, connectionId, name, state, deliveries, contactsLeft, peak }: Flood): Condition {
  const held = state === "held";
  return {
    kind: "flood",
    key: `flood:${id}`,
    connectionId,
    level: "wait",
    text: {
      title: `A flood from ${name}: ${counted(deliveries, "webhook")} so far, ${counted(peak, "webhook")} in its fastest minute.`,
      safe: `All were received and answered. ${counted(contactsLeft, "contact")} ${contactsLeft === 1 ? "waits" : "wait"}; other work goes first.`,
      remedy: held
        ? "They are held. Release them when the change in the CRM was meant, or drop them."
        : "Nothing to do: they are worked off at the CRM’s pace. If the change was not meant, hold them.",
      path: `/webhooks?${new URLSearchParams({ connection: connectionId })}`,
      action: "Show the flood",
    },
  };
}
