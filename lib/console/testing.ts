import type { Db } from "#db/client.ts";
import { accessKeys, connections } from "#db/schema/connections.ts";
import { deliveries, inbox, outcomes } from "#db/schema/deliveries.ts";
import { type Step, syncs } from "#db/schema/syncs.ts";
import { env } from "../env.ts";
import { uuidv7 } from "../ids.ts";
import { seal, sha256 } from "../secrets.ts";

/** A connection that automations call. */
export async function aConnection(
  db: Db,
  given: Partial<typeof connections.$inferInsert> = {},
): Promise<string> {
  const id = uuidv7();
  await db.insert(connections).values({
    id,
    name: "Test CRM",
    kind: "activecampaign",
    baseUrl: "https://test.api-us1.com",
    mode: "automation",
    credentials: seal(env().ENCRYPTION_KEY, JSON.stringify({ apiToken: "t" })),
    events: ["update"],
    sources: ["public"],
    defaultRole: "subscriber",
    fieldMap: [],
    callsPerSecond: 1000,
    ...given,
  });
  return id;
}

/** An active key of a connection; its secret is its id. */
export async function aKey(db: Db, connectionId: string): Promise<string> {
  const id = uuidv7();
  await db
    .insert(accessKeys)
    .values({ id, connectionId, name: "Test key", prefix: "rck_test", hash: sha256(id) });
  return id;
}

type GivenDelivery = Partial<Omit<typeof deliveries.$inferInsert, "body">> & {
  body?: string | Buffer;
  /** Absent: not collected yet. */
  outcome?: Partial<typeof outcomes.$inferInsert> & { status: string; runs?: { steps: string[] }[] };
};

/** A delivery as the door and the worker leave it: answered after 4.5 ms, collected unless `outcome` is absent. */
export async function aDelivery(db: Db, given: GivenDelivery = {}): Promise<string> {
  const { outcome, body = "", ...rest } = given;
  const receivedAt = new Date();
  const commitId = uuidv7();
  const row = {
    id: uuidv7(),
    commitId,
    receivedAt,
    readMs: 0.4,
    keyMs: 0.1,
    dialect: "rollcall",
    action: "update",
    trigger: "automation",
    verdict: "accepted",
    params: {},
    remoteAddress: "127.0.0.1",
    method: "POST",
    path: "/hooks/hidden/update",
    query: "role=gold",
    headers: [["content-type", "application/x-www-form-urlencoded"]] as [string, string][],
    body: Buffer.from(body),
    ...rest,
  };
  const after = (ms: number) => `to_timestamp(${(receivedAt.getTime() + ms) / 1000})`;
  await db.$client.unsafe(`insert into commits values ('${commitId}', 1, ${after(4)}, ${after(4.5)})`);
  await db.insert(deliveries).values(row);
  if (!outcome) {
    await db.insert(inbox).values({ deliveryIds: [row.id] });
    return row.id;
  }
  const { runs = [], ...values } = outcome;
  const syncIds = await addRuns(db, row.connectionId ?? null, runs);
  const { dialect, action, trigger, contactId, email, name, connectionId, keyId, params } = row;
  await db.insert(outcomes).values({
    deliveryId: row.id,
    receivedAt,
    dialect,
    action,
    trigger,
    contactId,
    email,
    name,
    connectionId,
    keyId,
    params,
    contactRef: contactId ?? null,
    hop: "sites",
    collectedAt: new Date(),
    syncIds,
    ...values,
  });
  return row.id;
}

async function addRuns(db: Db, connectionId: string | null, runs: { steps: string[] }[]): Promise<string[]> {
  const added: string[] = [];
  for (const run of runs) {
    const id = uuidv7();
    const steps = run.steps.map(
      (name): Step => ({
        name,
        hop: "crm",
        status: "done",
        startedAt: new Date().toISOString(),
        ms: 1,
        reason: null,
        detail: null,
      }),
    );
    await db.insert(syncs).values({
      id,
      connectionId: connectionId ?? uuidv7(),
      contactRef: id,
      workerId: "w1",
      startedAt: new Date(),
      finishedAt: new Date(),
      status: "synced",
      ms: 2,
      steps,
    });
    added.push(id);
  }
  return added;
}
