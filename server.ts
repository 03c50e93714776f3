import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { closeDb } from "#db/client.ts";
import { freePort, placeEmbedded } from "#db/embedded.ts";
import { migrate } from "#db/migrate.ts";
import { untilReachable } from "#db/until-reachable.ts";
import { ensureEnvironmentToken, ensureFirstOwner, hasOwner, setupCode } from "#lib/auth/first-owner.ts";
import { openKnownChannels } from "#lib/care/alerts/known-channels.ts";
import { startAlerts } from "#lib/care/alerts/run-alerts.ts";
import { startSpoolWatch } from "#lib/care/alerts/spool-watch.ts";
import { startHeartbeat } from "#lib/care/heartbeat.ts";
import { readHealth } from "#lib/console/health.ts";
import { database } from "#lib/database.ts";
import { handleDoor, isDoorRequest } from "#lib/door/fast-lane.ts";
import { closeTheDoor, theDoor } from "#lib/door/open-door.ts";
import { type Env, env, readEnv } from "#lib/env.ts";
import { callerAddress } from "#lib/http/address.ts";
import { addressHeader } from "#lib/http/opened-at.ts";
import { answerStarting } from "#lib/http/starting.ts";
import { log } from "#lib/log.ts";
import { isStopping, onStop, stop, stopOnSignals } from "#lib/shutdown.ts";
import { explainStart } from "#lib/start-failure.ts";
import { startWorker } from "#lib/worker.ts";

const drainLimitMs = 5_000;

stopOnSignals();
// postgres.js asks for types on its own account; when the database goes away just then, nobody waits for the failure.
process.on("unhandledRejection", (error) => log.error({ err: error }, "server.unhandled_rejection"));
try {
  await start();
} catch (error) {
  if (!isStopping()) console.error(explainStart(error));
  log.debug({ err: error }, "server.start_failed");
  await stop("the start failed", 1);
}

async function start(): Promise<void> {
  Object.assign(process.env, { NODE_ENV: process.env.NODE_ENV || "production" });
  if (process.env.PORT === "0") process.env.PORT = String(await freePort());
  const front: Front = { hooks: null, rest: answerStarting };
  const server = await listen(readEnv(), front);
  const startDatabase = await placeDatabase(readEnv());
  const settings = env();
  const isWeb = settings.ROLES.includes("web");
  if (isWeb) openFront(front);
  await startDatabase();
  if (!(await prepareDatabase(settings))) return;
  // In every process: that no worker runs is told by one that is none.
  const alerts = startAlerts(database());
  onStop("alerts", alerts.stop);
  const rest = isWeb ? await startWeb(settings, server) : answerHealthAlone;
  if (settings.ROLES.includes("worker")) {
    const worker = await startWorker();
    onStop("worker", worker.stop);
  }
  if (isStopping()) return;
  front.rest = rest;
  await announce(settings);
}

/** Who answers: webhooks as soon as the door is open, all other requests when everything is. */
type Front = { hooks: RequestListener | null; rest: RequestListener };

/** Takes the port first, so that a start which cannot have it changes nothing. */
async function listen({ PORT, HOST }: Env, front: Front): Promise<Server> {
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 };
  const server = createServer({ ...limits, connectionsCheckingInterval: 5_000 }, (req, res) => {
    if (isStopping()) res.setHeader("Connection", "close");
    if (front.hooks && isDoorRequest(req)) front.hooks(req, res);
    else front.rest(req, res);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(PORT, HOST, resolve);
  });
  onStop("http", () => drain(server));
  return server;
}

/** Ends with every answer given; connections that still talk after the limit are cut. */
async function drain(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const late = setTimeout(() => server.closeAllConnections(), drainLimitMs);
  await closed;
  clearTimeout(late);
}

/** Names the database to the rest of the process, and resolves with what starts it. */
async function placeDatabase(settings: Env): Promise<() => Promise<void>> {
  if (settings.DATABASE_URL) return async () => undefined;
  const place = await placeEmbedded({ dataDir: settings.DATA_DIR, say: (line) => log.info(line) });
  process.env.DATABASE_URL = place.url;
  return async () => {
    const embedded = await place.start();
    onStop("postgres", embedded.stop);
  };
}

/** From here on webhooks are taken: those that come before the database is there wait on disk. */
function openFront(front: Front): void {
  const door = theDoor();
  const spoolWatch = startSpoolWatch(door.db, openKnownChannels(env().DATA_DIR));
  onStop("door", async () => {
    // Not waited for: it may be telling somebody, and the deliveries come first.
    void spoolWatch.stop();
    await closeTheDoor();
  });
  front.hooks = handleDoor;
  front.rest = answerAtDoor;
}

/** Brings the database up to date, however long it is away; false when the process is stopped meanwhile. */
async function prepareDatabase(settings: Env): Promise<boolean> {
  const prepare = async () => {
    await migrate(settings.DATABASE_URL ?? "");
    await ensureFirstOwner(database(), settings);
    await ensureEnvironmentToken(database(), settings);
    return true;
  };
  onStop("pool", () => closeDb(database()));
  const done = await untilReachable(prepare, {
    givenUp: isStopping,
    waiting: (error) => {
      log.warn({ err: error }, "database.unreachable");
      console.log(
        "The database does not answer. Rollcall keeps webhooks on disk and tries again every second.",
      );
    },
  });
  return done ?? false;
}

/** The console and the API. The door has its own way here only for spellings of its URLs that Next alone understands. */
async function startWeb(settings: Env, httpServer: Server): Promise<RequestListener> {
  const heartbeat = await startHeartbeat(database());
  onStop("heartbeat", heartbeat.stop);
  const { default: next } = await import("next");
  const dev = process.env.NODE_ENV === "development";
  const app = next({
    dev,
    dir: import.meta.dirname,
    port: settings.PORT,
    hostname: settings.HOST,
    httpServer,
  });
  await app.prepare();
  onStop("next", () => app.close());
  const handleNext = app.getRequestHandler();
  const noted = addressHeader();
  return (req, res) => {
    const forwarded = req.headers["x-forwarded-for"];
    const chain = Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? null);
    req.headers[noted] = callerAddress(req.socket.remoteAddress, chain, settings.TRUST_PROXY);
    void handleNext(req, res);
  };
}

/** A balancer must learn that the door is open before the console is. */
async function answerAtDoor(req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (healthAsked(req) === "door") await answerHealth(res, "door");
  else answerStarting(req, res);
}

/** A process that is only a worker answers nothing but its health. */
async function answerHealthAlone(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const asked = healthAsked(req);
  if (asked === null) res.writeHead(404).end();
  else await answerHealth(res, asked);
}

/** What is asked of this process's health; null when the request is about something else. */
function healthAsked({ url = "" }: IncomingMessage): "all" | "door" | null {
  const [path, query] = url.split("?");
  if (path !== "/api/health") return null;
  return new URLSearchParams(query).get("for") === "door" ? "door" : "all";
}

async function answerHealth(res: ServerResponse, asked: "all" | "door"): Promise<void> {
  const health = await readHealth(database(), asked);
  res.writeHead(health.status === "ready" ? 200 : 503, { "Content-Type": "application/json" });
  res.end(JSON.stringify(health));
}

async function announce({ PORT, ROLES, publicUrl, NEXTAUTH_SECRET }: Env): Promise<void> {
  console.log(`Rollcall is ready on http://localhost:${PORT}`);
  // A server that is ready goes on without this hint when the database goes away just now.
  if (!ROLES.includes("web") || (await hasOwner(database()).catch(() => true))) return;
  console.log(
    `Nobody can sign in yet. Open ${publicUrl}/setup and enter the code ${setupCode({ NEXTAUTH_SECRET })}`,
  );
}
