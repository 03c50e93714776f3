import { desc, eq, inArray, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Db } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import { outcomes } from "#db/schema/deliveries.ts";
import { memberChanges, memberContacts, members, pendingPasswords } from "#db/schema/members.ts";
import type { Member, MemberDetail, memberQuery } from "../api/member-shapes.ts";
import { crms } from "../crm/registry.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { readMemberSites } from "./destination-members.ts";
import { whereBegins } from "./member-search.ts";
import { notFound } from "./not-found.ts";

type MemberRow = typeof members.$inferSelect;
type Query = z.infer<typeof memberQuery>;

/** A page of the directory, newest first; `q` is the beginning of an e-mail, login or name. */
export async function listMembers(
  db: Db,
  query: Query,
): Promise<{ items: Member[]; nextCursor: string | null }> {
  const { email, q, tag, cursor, limit } = query;
  const where = [
    ...(email === undefined ? [] : [eq(sql`lower(${members.email})`, email.trim().toLowerCase())]),
    ...(tag === undefined ? [] : [sql`${members.tags} @> array[${tag}]::text[]`]),
    ...(q?.trim() ? [await whereBegins(db, q)] : []),
    ...(cursor ? [sql`${members.id} < ${readCursor(cursor)}`] : []),
  ];
  const rows = await db
    .select()
    .from(members)
    .where(sql.join([sql`true`, ...where], sql` and `))
    .orderBy(desc(members.id))
    .limit(limit + 1);
  const page = pageOf(rows, limit);
  return { items: await membersJson(db, page.items), nextCursor: page.nextCursor };
}

/** Members as the API answers them, in the order given. */
async function membersJson(db: Db, rows: MemberRow[]): Promise<Member[]> {
  const ids = rows.map((row) => row.id);
  const links = ids.length
    ? await db
        .select()
        .from(memberContacts)
        .where(inArray(memberContacts.memberId, ids))
        .orderBy(memberContacts.loadedAt)
    : [];
  return rows.map(({ passwordHash, createdAt, syncedAt, ...row }) => ({
    ...row,
    contacts: links
      .filter((link) => link.memberId === row.id)
      .map(({ connectionId, contactId }) => ({ connectionId, contactId })),
    hasPassword: passwordHash !== null,
    createdAt: createdAt.toISOString(),
    syncedAt: syncedAt?.toISOString() ?? null,
  }));
}

/** The member with this e-mail address, letter case aside; null when there is none. */
export async function memberByEmail(db: Db, email: string): Promise<Member | null> {
  const rows = await db
    .select()
    .from(members)
    .where(eq(sql`lower(${members.email})`, email.trim().toLowerCase()));
  return (await membersJson(db, rows))[0] ?? null;
}

/** A row of the directory as the API answers it. */
export async function memberJson(db: Db, row: MemberRow): Promise<Member> {
  const [member] = await membersJson(db, [row]);
  if (!member) throw notFound("member");
  return member;
}

/** One member with links to the CRMs, how they stand at the destinations, and the last 100 changes. */
export async function getMember(db: Db, id: string): Promise<MemberDetail> {
  const [row] = await db.select().from(members).where(eq(members.id, id));
  if (!row) throw notFound("member");
  const [member, links, history, waiting, sites] = await Promise.all([
    memberJson(db, row),
    loadLinks(db, id),
    loadHistory(db, id),
    db
      .select({ id: pendingPasswords.memberId })
      .from(pendingPasswords)
      .where(eq(pendingPasswords.memberId, id)),
    readMemberSites(db, id),
  ]);
  return { ...member, links, history, passwordWaiting: waiting.length > 0, sites };
}

async function loadLinks(db: Db, memberId: string): Promise<MemberDetail["links"]> {
  const rows = await db
    .select({
      link: memberContacts,
      name: connections.name,
      kind: connections.kind,
      baseUrl: connections.baseUrl,
    })
    .from(memberContacts)
    .innerJoin(connections, eq(connections.id, memberContacts.connectionId))
    .where(eq(memberContacts.memberId, memberId));
  return rows.map(({ link, name, kind, baseUrl }) => ({
    connectionId: link.connectionId,
    connectionName: name,
    kindLabel: crms[kind].label,
    contactId: link.contactId,
    loadedAt: link.loadedAt.toISOString(),
    url: crms[kind].contactUrl(baseUrl, link.contactId),
  }));
}

async function loadHistory(db: Db, memberId: string): Promise<MemberDetail["history"]> {
  // One of the deliveries that the run covered; the member's index finds them.
  const deliveryId = sql<string | null>`(
    select o.delivery_id from ${outcomes} o
    where o.member_id = ${memberId} and ${memberChanges.syncId} = any(o.sync_ids) limit 1)`;
  const rows = await db
    .select({ row: memberChanges, deliveryId })
    .from(memberChanges)
    .where(eq(memberChanges.memberId, memberId))
    .orderBy(desc(memberChanges.id))
    .limit(100);
  return rows.map(({ row, deliveryId: from }) => ({
    id: row.id,
    at: row.at.toISOString(),
    changes: row.changes,
    deliveryId: from,
  }));
}
