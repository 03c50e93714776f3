import { expect, test, vi } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { env } from "../env.ts";
import { seal } from "../secrets.ts";
import type { ConnectionRow } from "./open-connection.ts";

/** As server.ts and Next's bundle do: the same modules twice in one process. */
async function anotherGraph() {
  vi.resetModules();
  const { openConnection } = await import("./open-connection.ts");
  const { GiveUp } = await import("../errors.ts");
  return { openConnection, GiveUp };
}

test("a failure has the class that its caller knows, whichever module graph called a CRM first", async () => {
  const { db, close } = await testDatabase();
  const row: ConnectionRow = {
    id: "01990001-0000-7000-8000-000000000001",
    name: "Metadata",
    kind: "activecampaign",
    baseUrl: "http://169.254.169.254",
    credentials: seal(env().ENCRYPTION_KEY, JSON.stringify({ apiToken: "token" })),
    mode: "automation",
    events: [],
    sources: [],
    listId: null,
    createOnEvent: false,
    webhookId: null,
    webhookKeyId: null,
    defaultRole: "subscriber",
    returnPasswordField: null,
    fieldMap: [],
    callsPerSecond: 50,
    sideload: "unknown",
    lastTest: null,
    createdAt: new Date(),
    updatedAt: new Date(),
  };
  for (const graph of [await anotherGraph(), await anotherGraph()]) {
    await expect(graph.openConnection(db, row).load("1")).rejects.toBeInstanceOf(graph.GiveUp);
  }
  await close();
});
