import { together } from "./together.ts";

/** The member that a contact belongs to, and how it was found. */
export type Place = { memberId: string; by: "link" | "email" };

/**
 * Finds the member of a contact: by its link, else by its e-mail; null when there is none yet. Only a hint: whoever
 * changes the member looks again under its lock.
 */
export const findPlace = together(
  async (db, wanted: readonly { connectionId: string; contactId: string; email: string }[]) => {
    const named = wanted.map((one, at) => ({ at, ...one, email: one.email.toLowerCase() }));
    const rows = await db.$client<{ at: number; linked: string | null; same: string | null }[]>`
      select w.at, l.member_id as linked, m.id as same
      from json_to_recordset(${JSON.stringify(named)}::text::json)
        as w(at int, "connectionId" uuid, "contactId" text, email text)
      left join member_contacts l on l.connection_id = w."connectionId" and l.contact_id = w."contactId"
      left join members m on l.member_id is null and lower(m.email) = w.email`;
    const byNumber = new Map(rows.map((row) => [row.at, row]));
    return wanted.map((_, at): Place | null => {
      const { linked, same } = byNumber.get(at) ?? { linked: null, same: null };
      if (linked) return { memberId: linked, by: "link" };
      return same ? { memberId: same, by: "email" } : null;
    });
  },
);
