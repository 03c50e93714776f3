import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type Control, openControl } from "./control.ts";
import { answerControl } from "./control-endpoints.ts";
import { answerFault, takeFault } from "./faults.ts";
import { openRateLimit } from "./rate-limit.ts";
import { route, routeName } from "./router.ts";
import { seed } from "./seed.ts";
import {
  defaultSettings,
  emptyState,
  keptCalls,
  keptSent,
  type ReceivedWrite,
  type SandboxSettings,
  type SandboxState,
} from "./state.ts";

type SandboxOptions = Partial<SandboxSettings> & { port?: number; host?: string; contacts?: number };

export type Sandbox = {
  /** Base URL of the account, and of the control endpoints under `/__sandbox/`. */
  url: string;
  apiToken: string;
  control: Control;
  state: SandboxState;
  close(): Promise<void>;
};

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return typeof body === "object" && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

function note(
  state: SandboxState,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  path: string,
): void {
  const { method = "GET" } = request;
  const call = { at: new Date().toISOString(), method, path, query: url.search, status: 0, ms: 0 };
  const start = performance.now();
  state.calls.push(call);
  if (state.calls.length > keptCalls) state.calls.shift();
  const name = routeName(method, path);
  state.callCounts.set(name, (state.callCounts.get(name) ?? 0) + 1);
  response.on("close", () => {
    call.status = response.headersSent ? response.statusCode : 0;
    call.ms = Math.round(performance.now() - start);
  });
}

function noteWrite(state: SandboxState, write: ReceivedWrite): void {
  state.writes.push(write);
  if (state.writes.length > keptSent) state.writes.shift();
}

/** Speaks API v3 for one account: token, budget and faults first, then the endpoint. */
function openApi(state: SandboxState) {
  const limit = openRateLimit();
  return async (request: IncomingMessage, response: ServerResponse, url: URL, path: string) => {
    note(state, request, response, url, path);
    const body = await readBody(request);
    if (state.settings.latencyMs > 0) await wait(state.settings.latencyMs);
    const fault = takeFault(state, path);
    if (fault) return answerFault(state, response, fault);
    if (request.headers["api-token"] !== state.settings.apiToken)
      return send(response, 403, { message: "Access denied: the API key is not valid" });
    const { passes, remaining } = limit.take(state.settings.callsPerSecond);
    const { callsPerSecond, retryAfterSeconds } = state.settings;
    const budget: Record<string, string> =
      callsPerSecond === 0
        ? {}
        : { "ratelimit-limit": String(callsPerSecond), "ratelimit-remaining": String(remaining) };
    if (!passes) {
      const headers = { ...budget, "retry-after": String(retryAfterSeconds) };
      return send(response, 429, { message: "Too many requests" }, headers);
    }
    const { method = "GET" } = request;
    if (method !== "GET") noteWrite(state, { at: new Date().toISOString(), method, path, body });
    const answer = route(state, { method, path, query: url.searchParams, body });
    return send(response, answer.status, answer.body, budget);
  };
}

/**
 * Starts a pretend ActiveCampaign account: real HTTP, real rate limits, faults on demand. For tests, the demo and
 * trying things out; nothing is kept.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = "127.0.0.1", contacts = 25, ...settings } = options;
  const state = emptyState({ ...defaultSettings, ...settings });
  seed(state, contacts);
  const control = openControl(state);
  const api = openApi(state);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://sandbox");
    if (url.pathname.startsWith("/api/3/"))
      return api(request, response, url, decodeURIComponent(url.pathname.slice("/api/3/".length)));
    if (!url.pathname.startsWith("/__sandbox/")) return send(response, 404, { message: "No route found" });
    const path = url.pathname.slice("/__sandbox/".length);
    const result = await answerControl(
      state,
      control,
      request.method ?? "GET",
      path,
      await readBody(request),
    );
    return result === undefined
      ? send(response, 404, { message: "No such lever" })
      : send(response, 200, result);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, 400, { message: error instanceof Error ? error.message : String(error) });
    });
  });
  server.listen(port, host);
  await once(server, "listening");
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}`,
    apiToken: state.settings.apiToken,
    control,
    state,
    async close() {
      state.stop.abort();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
