import { eq, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { destinations } from "#db/schema/destinations.ts";
import type {
  Destination,
  DestinationCreate,
  DestinationMade,
  DestinationPatch,
} from "../api/destination-shapes.ts";
import { readGiven } from "../api/read-given.ts";
import { audit } from "../auth/audit.ts";
import type { DestinationKind } from "../destinations/contract.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import {
  breakerOf,
  budgetOf,
  type DestinationRow,
  kindNamed,
  openSecrets,
} from "../push/open-destination.ts";
import { resumeDestination } from "../push/states.ts";
import { closeBreakers } from "../queue/breaker.ts";
import { seal } from "../secrets.ts";
import { testDestination } from "./destination-test.ts";
import { getDestination } from "./destinations.ts";
import { notFound } from "./not-found.ts";

/** Keeps a new destination and tests it; it is kept also when the test fails, and `lastTest` says why. */
export async function createDestination(
  db: Db,
  given: DestinationCreate,
  actor: string,
): Promise<DestinationMade> {
  const kind = kindNamed(given.kind);
  const made = kind.makeSecrets();
  const { settings, secrets } = readParts(kind, { ...made, ...given.settings });
  const id = uuidv7();
  const { name, ratePerMinute, concurrency } = given;
  await db.transaction(async (tx) => {
    const pace = { ratePerMinute, concurrency };
    await tx.insert(destinations).values({
      id,
      kind: kind.kind,
      name,
      settings,
      secrets: sealed(secrets),
      ...kind.defaults,
      ...defined(pace),
    });
    await audit(tx, actor, "created", "destination", id, { name, kind: kind.kind });
  });
  await testDestination(db, id);
  const isMade = made.secret !== undefined && made.secret === secrets.secret;
  return { ...(await getDestination(db, id)), ...(isMade ? { secret: made.secret } : {}) };
}

/**
 * Changes a destination; what is left out of its settings stays as it is stored. New settings are tested, and one that
 * was stopped goes on when they work.
 */
export async function patchDestination(
  db: Db,
  id: string,
  patch: DestinationPatch,
  actor: string,
): Promise<Destination> {
  const { settings: given, ...plain } = patch;
  await db.transaction(async (tx) => {
    const row = await lockedRow(tx, id);
    const set = given ? mergedSettings(row, given) : {};
    await tx
      .update(destinations)
      .set({ ...defined(plain), ...set, updatedAt: sql`clock_timestamp()` })
      .where(eq(destinations.id, id));
    if (given) await closeBreakers(tx, [breakerOf(id)]);
    const fields = [...Object.keys(plain), ...Object.keys(given ?? {})];
    await audit(tx, actor, "changed", "destination", id, { name: plain.name ?? row.name, fields });
  });
  if (given) await goOnWhenMended(db, id, actor);
  return getDestination(db, id);
}

function mergedSettings(row: DestinationRow, given: Record<string, unknown>) {
  const stored = { ...row.settings, ...openSecrets(row) };
  const { settings, secrets } = readParts(kindNamed(row.kind), { ...stored, ...given });
  return { settings, secrets: sealed(secrets) };
}

async function goOnWhenMended(db: Db, id: string, actor: string): Promise<void> {
  const { ok } = await testDestination(db, id);
  if (!ok) return;
  await db.transaction(async (tx) => {
    const row = await lockedRow(tx, id);
    if (row.state !== "stopped") return;
    await resumeDestination(tx, id, actor);
    await audit(tx, actor, "resumed", "destination", id, {
      name: row.name,
      before: "stopped",
      because: "test",
    });
  });
}

/** Forgets a destination with all that it was owed; AppError("invalid") unless its name was typed. Nobody is changed there. */
export async function deleteDestination(
  db: Db,
  id: string,
  typed: { name: string },
  actor: string,
): Promise<{ id: string; targets: number }> {
  return db.transaction(async (tx) => {
    const row = await lockedRow(tx, id);
    if (typed.name.trim() !== row.name)
      throw new AppError("invalid", `name: Type “${row.name}” to delete this destination.`);
    const members = await tx.execute<{ memberId: string }>(sql`
      delete from push_targets where destination_id = ${id} returning member_id as "memberId"`);
    await tx.delete(destinations).where(eq(destinations.id, id));
    await tx.execute(sql`delete from breakers where key = ${breakerOf(id)}`);
    await tx.execute(sql`delete from budgets where account = ${budgetOf(id)}`);
    await audit(tx, actor, "deleted", "destination", id, { name: row.name, targets: members.length });
    return { id, targets: members.length };
  });
}

/**
 * Makes a new signing secret, shown in this answer alone; the old one signs as well for `overlapHours`, unless it cannot
 * be opened any more.
 */
export async function rotateSecret(
  db: Db,
  id: string,
  overlapHours: number,
  actor: string,
): Promise<DestinationMade> {
  const { secret, wasLocked } = await db.transaction(async (tx) => {
    const row = await lockedRow(tx, id);
    const { rotateSecrets, makeSecrets, label } = kindNamed(row.kind);
    if (!rotateSecrets)
      throw new AppError(
        "conflict",
        `${label} makes its own secret. Make a new one there and put it in here.`,
      );
    const oldUntil = new Date(Date.now() + overlapHours * 3_600_000);
    const before = openSecrets(row);
    const secrets = before ? rotateSecrets(before, oldUntil) : makeSecrets();
    const set = { secrets: sealed(secrets), updatedAt: sql`clock_timestamp()` };
    await tx.update(destinations).set(set).where(eq(destinations.id, id));
    await audit(tx, actor, "rotated", "destination", id, { name: row.name, overlapHours });
    return { secret: secrets.secret, wasLocked: before === null };
  });
  if (wasLocked) await goOnWhenMended(db, id, actor);
  return { ...(await getDestination(db, id)), secret };
}

async function lockedRow(tx: Tx, id: string): Promise<DestinationRow> {
  const [row] = await tx.select().from(destinations).where(eq(destinations.id, id)).for("update");
  if (!row) throw notFound("destination");
  return row;
}

/** Both parts of what a person sent, each read by its own schema; AppError("invalid") names what is wrong. */
function readParts(kind: DestinationKind, given: Record<string, unknown>) {
  return {
    settings: readGiven(kind.settings, given, "settings"),
    // A kind's secrets are strings by name (the contract's `Host`).
    secrets: readGiven(kind.secrets, given, "settings") as Record<string, string>,
  };
}

const sealed = (secrets: Record<string, string>) => seal(env().ENCRYPTION_KEY, JSON.stringify(secrets));
const defined = <T extends object>(values: T): Partial<T> =>
  // fromEntries forgets the names, which are those of T.
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
