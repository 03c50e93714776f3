import type { Db } from "#db/client.ts";
import type { ChangedContact, Loaded } from "../crm/contract.ts";
import { stopReason } from "../sync/timeline.ts";
import type { Drift } from "./compare.ts";

/**
 * Drift of changed contacts that could not be read, each for a cause of its own: whether they differ is not known, so a
 * sync has to look, with as many tries as any other.
 */
export async function unreadDrift(
  db: Db,
  connectionId: string,
  contacts: readonly ChangedContact[],
  loaded: ReadonlyMap<string, Loaded>,
): Promise<Drift[]> {
  const unread = contacts.filter(({ id }) => loaded.get(id)?.status === "failed");
  if (unread.length === 0) return [];
  const asked = JSON.stringify(unread.map(({ id, email }) => ({ id, email: email?.toLowerCase() ?? null })));
  const known = await db.$client<{ id: string; memberId: string; email: string }[]>`
    select a.id, m.id as "memberId", m.email from json_to_recordset(${asked}::text::json) as a(id text, email text)
    left join member_contacts l on l.connection_id = ${connectionId} and l.contact_id = a.id
    join members m on m.id = l.member_id or (l.member_id is null and lower(m.email) = a.email)`;
  const memberOf = new Map(known.map((row) => [row.id, row]));
  return unread.flatMap(({ id, email }) => {
    const one = loaded.get(id);
    if (one?.status !== "failed") return [];
    const member = memberOf.get(id);
    const { reason, detail } = stopReason(one.error);
    return {
      contactId: id,
      contactRef: id,
      email: email ?? member?.email ?? "",
      memberId: member?.memberId ?? null,
      kind: member ? ("differs" as const) : ("unknown" as const),
      changes: null,
      changedAt: null,
      reason,
      detail,
    };
  });
}
