import { desc, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Db } from "#db/client.ts";
import { retentionRules, retentionRuns } from "#db/schema/retention.ts";
import type {
  retentionRules as givenRules,
  Retention,
  RetentionPreview,
  RetentionRun,
} from "../api/retention-shapes.ts";
import { audit } from "../auth/audit.ts";
import { previewRetention, readRules } from "../care/retention.ts";
import { defaultRules, retentionKinds } from "../care/retention-kinds.ts";
import { nextNight } from "../care/retention-night.ts";
import { uuidv7 } from "../ids.ts";
import { enqueueRetention } from "../queue/enqueue-care.ts";

type Given = z.infer<typeof givenRules>["rules"];

/** How long everything is kept, when the next clean-up is, and what the last ones removed. */
export async function getRetention(db: Db): Promise<Retention> {
  const rules = await readRules(db);
  const runs = await db.select().from(retentionRuns).orderBy(desc(retentionRuns.id)).limit(10);
  return {
    items: retentionKinds.map((kind) => ({ kind, days: rules[kind], defaultDays: defaultRules[kind] })),
    nextRunAt: nextNight(new Date()).toISOString(),
    runs: runs.map(runJson),
  };
}

/** What the next nightly clean-up would remove, under the rules that hold with the given ones in their place. */
export async function previewRules(db: Db, given: Given): Promise<RetentionPreview> {
  const at = nextNight(new Date());
  return {
    at: at.toISOString(),
    amounts: await previewRetention(db, { ...(await readRules(db)), ...given }, at),
  };
}

/** Changes how long things are kept, from the next clean-up on; nothing is removed by this itself. */
export async function patchRetention(db: Db, given: Given, actor: string): Promise<Retention> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`lock table retention_rules in share row exclusive mode`);
    const before = await readRules(tx);
    const changed = retentionKinds.filter(
      (kind) => given[kind] !== undefined && given[kind] !== before[kind],
    );
    for (const kind of changed) {
      const days = given[kind] ?? null;
      await tx
        .insert(retentionRules)
        .values({ kind, days })
        .onConflictDoUpdate({ target: retentionRules.kind, set: { days, updatedAt: sql`now()` } });
    }
    if (changed.length === 0) return;
    const difference = changed.map((kind) => [kind, [before[kind], given[kind]]]);
    await audit(tx, actor, "changed", "retention", null, Object.fromEntries(difference));
  });
  return getRetention(db);
}

/** Asks the worker for a clean-up now; when one already waits or runs, that one is the answer. */
export async function startRetention(db: Db, actor: string): Promise<RetentionRun> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`lock table retention_runs in share row exclusive mode`);
    const [open] = await tx
      .select()
      .from(retentionRuns)
      .where(sql`state = 'queued' or (state = 'running' and started_at > now() - interval '1 hour')`);
    if (open) return runJson(open);
    const [run] = await tx
      .insert(retentionRuns)
      .values({ id: uuidv7(), actor, state: "queued", rules: await readRules(tx), days: [] })
      .returning();
    if (!run) throw new Error("no clean-up was stored");
    await enqueueRetention(tx, run.id);
    await audit(tx, actor, "started", "retention", run.id);
    return runJson(run);
  });
}

const runJson = (run: typeof retentionRuns.$inferSelect): RetentionRun => ({
  id: run.id,
  actor: run.actor,
  state: run.state,
  removed: run.removed,
  days: run.days,
  createdAt: run.createdAt.toISOString(),
  startedAt: run.startedAt?.toISOString() ?? null,
  finishedAt: run.finishedAt?.toISOString() ?? null,
});
