import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Everyone, Target } from "../api/push-shapes.ts";
import { audit } from "../auth/audit.ts";
import { abortEveryone, pushEveryone, readEveryones } from "../push/everyone.ts";
import { retryFailed, wantOne } from "../push/want.ts";
import { getTarget } from "./destination-members.ts";
import { keptRow, rowOf } from "./destinations.ts";
import { everyoneJson } from "./everyone-json.ts";
import { notFound } from "./not-found.ts";

type OneEveryone = { id: string; everyoneId: string };
type OneMember = { id: string; memberId: string };

/** Pushes every member again, changed or not; AppError("conflict") while an earlier one is under way. */
export async function startEveryone(
  db: Db,
  id: string,
  actor: string,
): Promise<{ id: string; total: number }> {
  return db.transaction(async (tx) => {
    const { name } = await keptRow(tx, id);
    const started = await pushEveryone(tx, id, actor);
    await audit(tx, actor, "pushed_everyone", "destination", id, { name, ...started });
    return started;
  });
}

/** How far a push of everyone is. */
export async function getEveryone(db: Db, { id, everyoneId }: OneEveryone): Promise<Everyone> {
  const [row] = await readEveryones(db, sql`e.id = ${everyoneId} and e.destination_id = ${id}`);
  if (!row) throw notFound("push of everyone");
  return everyoneJson(row);
}

/** Pushes no more of it; what is under way is finished. A second time changes nothing. */
export async function stopEveryone(db: Db, one: OneEveryone, actor: string): Promise<Everyone> {
  await getEveryone(db, one);
  await db.transaction(async (tx) => {
    const aborted = await abortEveryone(tx, one.everyoneId);
    if (aborted) await audit(tx, actor, "aborted", "everyone", one.everyoneId, { destination: one.id });
  });
  return getEveryone(db, one);
}

/** Pushes one member now, before everything else, changed or not. */
export const pushMemberNow = (db: Db, one: OneMember, actor: string): Promise<Target> =>
  want(db, one, actor, "push");

/** Takes one member off the site as its settings say, and forgets the link. */
export const unlinkMember = (db: Db, one: OneMember, actor: string): Promise<Target> =>
  want(db, one, actor, "unlink");

async function want(
  db: Db,
  { id, memberId }: OneMember,
  actor: string,
  what: "push" | "unlink",
): Promise<Target> {
  await db.transaction(async (tx) => {
    const { name } = await keptRow(tx, id);
    if (!(await wantOne(tx, id, memberId, what))) throw notFound("member");
    const action = what === "push" ? "pushed" : "unlinked";
    await audit(tx, actor, action, "member", memberId, { destination: id, name });
  });
  return getTarget(db, id, memberId);
}

/** Asks again, at once, for everything that went wrong at a destination, and for nothing else. */
export async function retryPushes(db: Db, id: string, actor: string): Promise<{ total: number }> {
  const { name } = await rowOf(db, id);
  return db.transaction(async (tx) => {
    const total = await retryFailed(tx, id);
    if (total > 0) await audit(tx, actor, "retried_many", "destination", id, { name, total });
    return { total };
  });
}
