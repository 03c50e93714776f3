import { sql } from "drizzle-orm";
import { type Condition, counted, type ReadConditions, roughly } from "../condition.ts";
import { readLimits } from "../limits.ts";

type Late = { connectionId: string; name: string; members: number; seconds: number };

/** Passwords that were made longer ago than their limit and have not shown in the CRM; one condition a connection. */
export const readPasswordLate: ReadConditions = async (db) => {
  const { passwordLateMinutes } = await readLimits(db);
  const rows = await db.execute<Late>(sql`
    select p.connection_id as "connectionId", c.name, count(*)::int as members,
      extract(epoch from now() - min(p.created_at))::float8 as seconds
    from pending_passwords p join connections c on c.id = p.connection_id
    where p.created_at < now() - ${passwordLateMinutes} * interval '1 minute' group by 1, 2`);
  return rows.map(
    ({ connectionId, name, members, seconds }): Condition => ({
      kind: "password_late",
      key: `password_late:${connectionId}`,
      connectionId,
      level: "bad",
      text: {
        title: `Stopped at the CRM: the new password of ${counted(members, "member")} has not shown in ${name} for ${roughly(seconds * 1000)}.`,
        safe: `${members === 1 ? "The member is" : "The members are"} right in Rollcall, and the password is kept until the CRM has it.`,
        remedy:
          "Test the connection: the token must be accepted, and the password field must take 16 characters.",
        path: `/connections/${connectionId}`,
        action: "Open the connection",
      },
    }),
  );
};
