import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import type { Connection, CrmKind, TestReport } from "../api/connection-shapes.ts";
import { crms } from "../crm/registry.ts";
import type { ConnectionRow } from "../sync/open-connection.ts";
import { type CallsSpent, callsLeft, callsSpent } from "./calls-left.ts";
import { lastDeliveryAt } from "./last-delivery.ts";
import { notFound } from "./not-found.ts";

const selectConnections = (db: Db) => db.select({ row: connections, lastDeliveryAt }).from(connections);

/** All connections, oldest first; credentials never leave the database. */
export async function listConnections(db: Db): Promise<{ items: Connection[]; nextCursor: null }> {
  const rows = await selectConnections(db).orderBy(connections.id);
  const spent = await callsSpent(db);
  return {
    items: rows.map(({ row, lastDeliveryAt: at }) => connectionJson(row, at, spent)),
    nextCursor: null,
  };
}

/** One connection. */
export async function getConnection(db: Db, id: string): Promise<Connection> {
  const [found] = await selectConnections(db).where(eq(connections.id, id));
  if (!found) throw notFound("connection");
  return connectionJson(found.row, found.lastDeliveryAt, await callsSpent(db));
}

/** The stored row of a connection. */
export async function connectionRow(db: Db, id: string): Promise<ConnectionRow> {
  const [row] = await db.select().from(connections).where(eq(connections.id, id));
  if (!row) throw notFound("connection");
  return row;
}

/** What the forms offer, by kind of CRM. */
export function listCrmKinds(): { items: CrmKind[]; nextCursor: null } {
  const items = Object.values(crms).map(({ kind, label, events, sources }) => ({
    kind,
    label,
    events: [...events],
    sources: [...sources],
  }));
  return { items, nextCursor: null };
}

function connectionJson(row: ConnectionRow, lastAt: string | null, spent: CallsSpent): Connection {
  const { credentials: _, updatedAt: __, webhookKeyId: ___, lastTest, createdAt, ...open } = row;
  return {
    ...open,
    kindLabel: crms[row.kind].label,
    callsLeft: callsLeft(row, spent),
    // Written by the test alone, with this very shape.
    lastTest: lastTest as TestReport | null,
    lastDeliveryAt: lastAt && new Date(lastAt).toISOString(),
    createdAt: createdAt.toISOString(),
  };
}
