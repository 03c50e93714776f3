import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { members } from "#db/schema/members.ts";
import { beginsWith } from "./begins-with.ts";

/** Where no more begin with a text they are all read, whenever they came; of more, the newest members soon hold a page. */
const mostBegun = 2_000;

/**
 * The `where` of members whose e-mail, login, name or last name begins with a text. Where few do, it names them:
 * PostgreSQL cannot know how many begin alike, and would read the newest members one by one for a page of few.
 */
export async function whereBegins(db: Db, text: string, most = mostBegun): Promise<SQL> {
  const prefix = beginsWith(text);
  const { email, login, firstName, lastName } = members;
  const ways = [
    sql`lower(${email}) like ${prefix}`,
    sql`lower(${login}) like ${prefix}`,
    sql`lower(${firstName} || ' ' || ${lastName}) like ${prefix}`,
    sql`lower(${lastName}) like ${prefix}`,
  ];
  const begun = ways.map((way) => sql`(select id from members where ${way})`);
  const [found] = await db.execute<{ many: boolean; ids: string }>(sql`
    select count(*) > ${most} as many, coalesce(string_agg(distinct id::text, ','), '') as ids
    from (select id from (${sql.join(begun, sql` union all `)}) as begun limit ${most + 1}) as some_of_them`);
  if (found && !found.many) return sql`${members.id} = any(string_to_array(${found.ids}, ',')::uuid[])`;
  return sql`(${sql.join(ways, sql` or `)})`;
}
