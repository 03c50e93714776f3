import { sql } from "drizzle-orm";
import type { OldRows } from "./retention-kinds.ts";

/** For so long after it lapsed, a link that does not work any more is still told from one that never was. */
export const lapsedDays = 30;

const since =
  (column: string): OldRows["where"] =>
  (until) =>
    sql`${sql.raw(column)} < ${until.toISOString()}::timestamptz`;

/** What nobody can use any more. It is nobody's record, so no rule names it: it goes a fixed time after it lapsed. */
export const lapsedRows: readonly OldRows[] = [
  { table: "attempts", where: since("until") },
  { table: "invites", where: since("expires_at") },
  { table: "password_links", where: since("expires_at") },
  { table: "sign_in_links", where: since("expires_at") },
];
