import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { MemberView, ShownView } from "../destinations/contract.ts";
import { env } from "../env.ts";
import { unsealIfOurs } from "../secrets.ts";

/** The present state of members, in the order of their ids; those that are gone are left out. */
export async function readViews(db: Db, memberIds: readonly string[]): Promise<ShownView[]> {
  return db.execute<ShownView>(sql`
    select m.id, m.email, m.login, m.role, m.first_name as "firstName", m.last_name as "lastName", m.tags, m.fields,
      coalesce((select json_agg(json_build_object('connectionId', c.connection_id, 'contactId', c.contact_id)
        order by c.connection_id, c.contact_id) from member_contacts c where c.member_id = m.id), '[]'::json) as contacts
    from members m where m.id = any(${`{${memberIds.join(",")}}`}::uuid[]) order by m.id`);
}

/** The view with the password that is owed, opened only for the push that delivers it; null when no key here opens it. */
export function withPassword(
  view: ShownView,
  password: { sealed: Buffer | null; why: "new" | "reset" | null },
): MemberView | null {
  const { sealed, why } = password;
  if (!sealed || !why) return { ...view, password: null };
  const plain = unsealIfOurs(env().ENCRYPTION_KEY, sealed);
  return plain === null ? null : { ...view, password: { plain, why } };
}
