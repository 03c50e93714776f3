import DataLoader from "dataloader";
import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import type { Crm, Loaded } from "../crm/contract.ts";
import { crms } from "../crm/registry.ts";
import { env } from "../env.ts";
import { GiveUp, NotNow } from "../errors.ts";
import { sharedFetch } from "../http/shared-outbound.ts";
import { log } from "../log.ts";
import { noteFailure } from "../queue/breaker.ts";
import { accountOf, acquireCall, pauseCalls } from "../queue/budget.ts";
import { unsealIfOurs } from "../secrets.ts";
import { breakerKeys, type GuardedClient, guardClient } from "./guarded-client.ts";
import { together } from "./together.ts";

export type ConnectionRow = typeof connections.$inferSelect;

/** A connection ready for work: its settings, its CRM, and a loader that shares calls between runs. */
export type OpenConnection = {
  row: ConnectionRow;
  crm: Crm;
  client: GuardedClient;
  /** Reads one contact now; concurrent reads share a call where the account allows. */
  load(contactId: string): Promise<Loaded>;
  /** Reads contacts together, in full calls where the account allows; an answer or the failure for each, in order. */
  loadMany(contactIds: readonly string[]): Promise<(Loaded | Error)[]>;
};

/** Most contacts that one call of the CRM's list can name (ActiveCampaign's paging limit). */
const maxBatch = 100;

/**
 * Opens a connection from its row. The client remembers nothing but the CRM's own tag and field names. `yields` is
 * awaited before each call takes its place in the account's budget. Where the credentials were sealed under another key,
 * each call throws NotNow("crm_secrets_locked") and is not made: they may open again at the next start.
 */
export function openConnection(db: Db, row: ConnectionRow, yields?: () => Promise<void>): OpenConnection {
  const crm = crms[row.kind];
  const account = accountOf(row);
  const opened = unsealIfOurs(env().ENCRYPTION_KEY, row.credentials);
  const acquire = async () => {
    if (opened === null) throw await lockedNow(db, row);
    await yields?.();
    await acquireCall(db, account, row);
  };
  const bare = crm.open({
    baseUrl: row.baseUrl,
    // Sealed by ourselves, with this very shape; without them no call is made.
    credentials: opened === null ? {} : (JSON.parse(opened) as Record<string, string>),
    sideload: row.sideload,
    acquire,
    pause: (seconds) => pauseCalls(db, account, seconds),
    learnedSideload: (sideload) => {
      log.info({ connection: row.id, sideload }, "crm.sideload_learned");
      db.update(connections)
        .set({ sideload, updatedAt: new Date() })
        .where(eq(connections.id, row.id))
        .catch((error) => log.warn({ err: error }, "crm.sideload_not_kept"));
    },
    fetch: sharedFetch,
  });
  const client = guardClient(db, row, bare);
  // The batch is closed only when the budget allows the call, so contacts that come meanwhile share it. When the budget
  // has no call left, the whole batch fails for that reason and the CRM is not called.
  let refusal: unknown = null;
  const close = (batch: () => void, refused: unknown) => {
    refusal = refused;
    batch();
    refusal = null;
  };
  const loader = new DataLoader<string, Loaded>(
    async (ids) => {
      if (refusal) throw refusal;
      const found = await client.load(ids, { slotTaken: true });
      return ids.map((id) => found.get(id) ?? ({ status: "missing" } as const));
    },
    {
      cache: false,
      maxBatchSize: row.sideload === "no" ? 1 : maxBatch,
      batchScheduleFn: (batch) =>
        void acquire().then(
          () => close(batch, null),
          (refused) => close(batch, refused),
        ),
    },
  );
  return {
    row,
    crm,
    client,
    async load(contactId) {
      await client.begin();
      return loader.load(contactId);
    },
    async loadMany(contactIds) {
      await client.begin();
      return loader.loadMany([...contactIds]);
    },
  };
}

/** Calls rest as with credentials that the CRM refuses, so that a key that opens them lets everything go on. */
async function lockedNow(db: Db, row: ConnectionRow): Promise<NotNow> {
  const reason = "crm_secrets_locked";
  const rest = await noteFailure(db, breakerKeys(row)[1], {
    reason,
    detail: null,
    probe: true,
    atOnce: true,
  });
  return new NotNow(reason, rest?.until ?? new Date(), null);
}

/** Runs share a connection from the moment at which the first of them opens it, and with it their calls. */
const kept = new Map<string, { open: Promise<OpenConnection>; changedAt: string }>();

/** When each connection was last changed, to the microsecond. */
const readChanged = together<string, string>(async (db, ids) => {
  const rows = await db.$client<{ id: string; changedAt: string }[]>`
    select id, updated_at::text as "changedAt" from connections
    where id in (select value::uuid from json_array_elements_text(${JSON.stringify(ids)}::text::json))`;
  const byId = new Map(rows.map((row) => [row.id, row.changedAt]));
  return ids.map((id) => byId.get(id) ?? new GiveUp("no_connection"));
});

/** The open connection of this module graph, opened anew when its settings changed; GiveUp when it is gone. */
export async function connectionById(db: Db, id: string): Promise<OpenConnection> {
  const changedAt = await readChanged(db, id);
  const known = kept.get(id);
  if (known?.changedAt === changedAt) return known.open;
  const open = openById(db, id);
  kept.set(id, { open, changedAt });
  open.catch(() => kept.delete(id));
  return open;
}

async function openById(db: Db, id: string): Promise<OpenConnection> {
  const [row] = await db.select().from(connections).where(eq(connections.id, id));
  if (!row) throw new GiveUp("no_connection");
  return openConnection(db, row);
}
