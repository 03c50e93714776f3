import type { ServerResponse } from "node:http";
import type { FaultKind, SandboxState } from "./state.ts";

const captcha =
  "<!doctype html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>";

/** The fault that is due for this path, used up by one. */
export function takeFault(state: SandboxState, path: string): FaultKind | null {
  const due = state.faults.find(({ left, path: prefix }) => left > 0 && path.startsWith(prefix));
  if (!due) return null;
  due.left -= 1;
  if (due.left === 0) state.faults.splice(state.faults.indexOf(due), 1);
  return due.kind;
}

const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
};

/** Begins a good answer and lets one byte follow another, without ever ending. */
function drip(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 50);
  response.on("close", () => clearInterval(timer));
}

/** Answers wrongly, the way `kind` says. */
export function answerFault(state: SandboxState, response: ServerResponse, kind: FaultKind): void {
  const { retryAfterSeconds } = state.settings;
  const retryAfter = { "retry-after": String(retryAfterSeconds) };
  const retryDate = { "retry-after": new Date(Date.now() + retryAfterSeconds * 1000).toUTCString() };
  const answers: Record<FaultKind, () => unknown> = {
    "500": () => json(response, 500, { message: "Internal Server Error" }),
    "429": () => json(response, 429, { message: "Too many requests" }, retryAfter),
    "429-bare": () => json(response, 429, { message: "Too many requests" }),
    "429-date": () => json(response, 429, { message: "Too many requests" }, retryDate),
    "402": () => json(response, 402, { message: "Payment Required" }),
    "403": () => json(response, 403, { message: "You do not have permission to do that." }),
    "soft-failure": () => json(response, 200, { result_code: 0, result_message: "Invalid contact ID" }),
    empty: () => response.writeHead(200, { "content-type": "application/json" }).end(),
    captcha: () => response.writeHead(200, { "content-type": "text/html" }).end(captcha),
    drip: () => drip(response),
    // The caller's own time limit is what ends it.
    hang: () => undefined,
  };
  answers[kind]();
}
