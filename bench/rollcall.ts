import { freePort, startProcess } from "./processes.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const token = "bench-token-0123456789-0123456789-abcd";

export type Rollcall = {
  url: string;
  pid: number;
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
};

/** Starts the production build, with a database of its own unless the environment names one. */
export async function startRollcall(env: Record<string, string> = {}): Promise<Rollcall> {
  const { dataDir, remove } = temporaryFolder();
  const port = await freePort();
  const server = await startProcess(["server.ts"], {
    PORT: String(port),
    DATA_DIR: dataDir,
    ROLLCALL_API_TOKEN: token,
    OUTBOUND_ALLOW: "127.0.0.0/8",
    LOG_LEVEL: "error",
    ...env,
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    pid: server.pid,
    async api<T>(method: string, where: string, body?: unknown) {
      const answer = await fetch(`${url}/api/v1${where}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${method} ${where} answered ${answer.status}: ${await answer.text()}`);
      // The bench reads the API's documented shapes.
      return (await answer.json()) as T;
    },
    async stop() {
      await server.stop();
      remove();
    },
  };
}

/** A connection to the sandbox CRM and a key for it. */
export async function connect(
  rollcall: Rollcall,
  crmUrl: string,
  settings: { callsPerSecond?: number; floodPerMinute?: number; floodHold?: boolean } = {},
): Promise<{ connectionId: string; key: string }> {
  const connection = await rollcall.api<{ id: string }>("POST", "/connections", {
    name: "Bench",
    kind: "activecampaign",
    baseUrl: crmUrl,
    credentials: { apiToken: "sandbox-token" },
    mode: "automation",
    callsPerSecond: 1000,
    reconcile: "off",
    ...settings,
  });
  const made = await rollcall.api<{ key: string }>("POST", "/access-keys", {
    connectionId: connection.id,
    name: "Bench",
  });
  return { connectionId: connection.id, key: made.key };
}

/** Resolves when nothing waits or runs any more. */
export async function settled(rollcall: Rollcall): Promise<void> {
  for (;;) {
    const { byStatus } = await rollcall.api<{ byStatus: Record<string, number> }>(
      "GET",
      "/deliveries/counts",
    );
    if (!byStatus.queued && !byStatus.running) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
