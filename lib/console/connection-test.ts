import { desc, eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import { outcomes } from "#db/schema/deliveries.ts";
import type { ConnectionCatalog, TestReport } from "../api/connection-shapes.ts";
import type { Contact, Sideload } from "../crm/contract.ts";
import { type ConnectionRow, openConnection } from "../sync/open-connection.ts";
import { connectionRow } from "./connections.ts";
import { callingCrm } from "./crm-trouble.ts";
import { webhookUrl } from "./event-webhook.ts";

/** Tests a connection now and keeps the report; a CRM that cannot be reached is a report too, not an error. */
export async function testConnection(db: Db, id: string): Promise<TestReport> {
  return runTest(db, await connectionRow(db, id));
}

/** Tests a stored connection and keeps what was found, the way of loading tags and fields included. */
export async function runTest(db: Db, row: ConnectionRow): Promise<TestReport> {
  const found = await tryConnection(db, row);
  await db
    .update(connections)
    .set({ ...found, updatedAt: sql`now()` })
    .where(eq(connections.id, row.id));
  return found.lastTest;
}

/** Tests a connection as it is given, stored or not yet; the result has the names of the row that is to keep it. */
export async function tryConnection(
  db: Db,
  row: ConnectionRow,
): Promise<{ lastTest: TestReport; sideload: Sideload }> {
  const started = performance.now();
  const at = new Date().toISOString();
  const webhook = webhookExpected(row);
  const { client } = openConnection(db, row);
  const found = await client.test({ returnPasswordField: row.returnPasswordField, webhook });
  const lastTest = { ok: found.ok, at, ms: Math.round(performance.now() - started), checks: found.checks };
  return { lastTest, sideload: found.sideload === "unknown" ? row.sideload : found.sideload };
}

const webhookExpected = ({ mode, webhookId: id, webhookKeyId }: ConnectionRow) =>
  mode === "event" ? { url: webhookKeyId ? webhookUrl(webhookKeyId) : "", id } : null;

/** The CRM's fields and lists, and the contact of the last delivery as an example, read now. */
export async function readCatalog(db: Db, id: string): Promise<ConnectionCatalog> {
  const row = await connectionRow(db, id);
  const { client, crm } = openConnection(db, row);
  const [seen] = await db
    .select({ contactId: outcomes.contactId })
    .from(outcomes)
    .where(sql`${outcomes.connectionId} = ${id} and ${outcomes.contactId} is not null`)
    .orderBy(desc(outcomes.deliveryId))
    .limit(1);
  return callingCrm(crm.label, async () => {
    const [fields, lists] = [await client.fields(), await client.lists()];
    const contactId = seen?.contactId;
    const loaded = contactId ? (await client.load([contactId])).get(contactId) : undefined;
    return { fields, lists, example: loaded?.status === "found" ? exampleOf(loaded.contact) : null };
  });
}

const exampleOf = ({
  email,
  firstName,
  lastName,
  phone,
  fields,
  id,
}: Contact): ConnectionCatalog["example"] => ({
  name: `${firstName} ${lastName}`.trim() || email || `Contact ${id}`,
  values: { email: email ?? "", first_name: firstName, last_name: lastName, phone, ...fields },
});
