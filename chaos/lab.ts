import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#db/embedded.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/sandbox.ts";
import { type Database, openDatabase } from "./database.ts";
import { type Link, openLink } from "./link.ts";
import { type Call, type Sent, sendOpenLoop } from "./load.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { openProgram, type Program } from "./program.ts";
import { settle } from "./settle.ts";

/** What a scenario may choose of its world. */
export type LabOptions = { contacts?: number; dataDir?: string; env?: Record<string, string> };

/** A stretch of a scenario that ends with everything settled; `recoveryMs` is null when that did not happen. */
export type Phase = { name: string; recoveryMs: number | null };

/** One world: the production build as web and two workers, and everything it depends on, each within reach of a fault. */
export type Lab = {
  database: Database;
  sandbox: Sandbox;
  mailbox: Mailbox;
  /** Between the web process and the database, the workers and the database, the workers and the CRM. */
  links: { web: Link; workers: Link; crm: Link };
  web: Program;
  workers: Program[];
  connectionId: string;
  key: { id: string; secret: string };
  url: string;
  sent: Sent[];
  phases: Phase[];
  api<T>(method: string, where: string, body?: unknown): Promise<T>;
  /** Changes a contact in the CRM, and is the webhook of that change. */
  change(contactId: number, options?: { action?: string; key?: string }): Call;
  /** Sends calls in an open loop: by default each is a change of the next of `contacts`. */
  load(options: LoadOptions): Load;
  /** Runs a fault and then waits until everything accepted so far has settled, counting from the fault's end. */
  phase(name: string, fault: (over: () => void) => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

export type Load = { done: Promise<void>; stop(): Promise<void> };

export type LoadOptions = {
  perSecond: number;
  /** How long; without it, until it is stopped. */
  seconds?: number;
  contacts?: readonly number[];
  next?: (number: number) => Call;
};

const token = "chaos-token-0123456789-0123456789-abcd";

/** Starts a world of its own in a folder that `close` removes; process logs stay in `.cache/chaos/<name>`. */
export async function openLab(name: string, options: LabOptions = {}): Promise<Lab> {
  const folder = mkdtempSync(path.join(tmpdir(), "rollcall-chaos-"));
  // PostgreSQL may run as another user, who has to reach its folder below this one.
  chmodSync(folder, 0o755);
  const logs = path.join(".cache/chaos", name);
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  const { contacts = 40 } = options;

  const sandbox = await startSandbox({ callsPerSecond: 0, contacts });
  const mailbox = await openMailbox();
  const database = await openDatabase(folder);
  const links = {
    web: await openLink(database.port),
    workers: await openLink(database.port),
    crm: await openLink(() => Number(new URL(sandbox.url).port)),
  };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const base = {
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    DATA_DIR: options.dataDir ?? path.join(folder, "data"),
    ENCRYPTION_KEY: "the key of the chaos runs, 32 or more",
    NEXTAUTH_SECRET: "the session secret of the chaos runs",
    ROLLCALL_API_TOKEN: token,
    OUTBOUND_ALLOW: "127.0.0.0/8",
    SMTP_URL: mailbox.url,
    LOG_LEVEL: "info",
    ...options.env,
  };
  const web = openProgram(path.join(logs, "web.log"), {
    ...base,
    ROLES: "web",
    PORT: String(port),
    DATABASE_URL: database.urlAt(links.web.port),
  });
  const workers = [1, 2].map((number) =>
    openProgram(path.join(logs, `worker-${number}.log`), {
      ...base,
      ROLES: "worker",
      PORT: "0",
      DATABASE_URL: database.urlAt(links.workers.port),
    }),
  );
  const close = async () => {
    for (const program of [web, ...workers]) program.thaw();
    await Promise.all([web, ...workers].map((program) => program.kill("SIGKILL")));
    await Promise.all(Object.values(links).map((link) => link.close()));
    await Promise.all([sandbox.close(), mailbox.close(), database.close()]);
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    await web.start();
    await Promise.all(workers.map((worker) => worker.start()));
    const api = callApi(url);
    const { connectionId, key } = await connect(api, `http://127.0.0.1:${links.crm.port}`);
    const world = { database, sandbox, mailbox, links, web, workers, connectionId, key, url, api, close };
    return { ...world, ...actions(world) };
  } catch (error) {
    await close();
    throw error;
  }
}

type World = Omit<Lab, "sent" | "phases" | "change" | "load" | "phase">;

/** What a scenario does with its world. */
function actions(world: World): Pick<Lab, "sent" | "phases" | "change" | "load" | "phase"> {
  const sent: Sent[] = [];
  const phases: Phase[] = [];
  let markers = 0;

  const change: Lab["change"] = (contactId, { action = "add", key = world.key.secret } = {}) => {
    markers += 1;
    const marker = `marker-${markers}`;
    world.sandbox.control.edit([contactId], { fields: { CITY: marker } });
    const email = world.sandbox.state.contacts.get(contactId)?.email ?? "";
    return {
      marker,
      contactId,
      url: `${world.url}/hooks/${key}/${action}?send_notification=true`,
      body: new URLSearchParams([
        ["contact[id]", String(contactId)],
        ["contact[email]", email],
        ["contact[fields][city]", marker],
        ["seriesid", "929"],
      ]).toString(),
    };
  };
  return {
    sent,
    phases,
    change,
    load({ perSecond, seconds, contacts = range(1, 40), next }) {
      const one = next ?? ((number: number) => change(contacts[number % contacts.length] ?? 1));
      const total = seconds === undefined ? Number.POSITIVE_INFINITY : Math.round(perSecond * seconds);
      const end = new AbortController();
      const done = sendOpenLoop({ perSecond, total, next: one, signal: end.signal }, (call) =>
        sent.push(call),
      );
      return {
        done,
        stop() {
          end.abort();
          return done;
        },
      };
    },
    async phase(name, fault) {
      let overAt: number | null = null;
      await fault(() => {
        overAt ??= performance.now();
      });
      phases.push({ name, recoveryMs: await settle(world.database, sent, overAt ?? performance.now()) });
    },
  };
}

/** Whole numbers from `first` to `last`. */
export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

/** Resolves when the condition holds; throws when it does not within `limitMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 60_000,
): Promise<void> {
  for (const limit = Date.now() + limitMs; Date.now() < limit; await sleep(5)) if (await condition()) return;
  throw new Error(`It did not come to this: ${what}.`);
}

function callApi(url: string): Lab["api"] {
  return async <T>(method: string, where: string, body?: unknown) => {
    const answer = await fetch(`${url}/api/v1${where}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${where} answered ${answer.status}: ${await answer.text()}`);
    // The harness reads the API's documented shapes.
    return (await answer.json()) as T;
  };
}

async function connect(
  api: Lab["api"],
  crmUrl: string,
): Promise<{ connectionId: string; key: { id: string; secret: string } }> {
  const connection = await api<{ id: string }>("POST", "/connections", {
    name: "Chaos",
    kind: "activecampaign",
    baseUrl: crmUrl,
    credentials: { apiToken: "sandbox-token" },
    mode: "automation",
    callsPerSecond: 1000,
    returnPasswordField: "member_password",
  });
  const made = await api<{ id: string; key: string }>("POST", "/access-keys", {
    connectionId: connection.id,
    name: "Chaos",
  });
  return { connectionId: connection.id, key: { id: made.id, secret: made.key } };
}
