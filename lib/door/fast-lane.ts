import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "../env.ts";
import { callerAddress } from "../http/address.ts";
import type { BodyRead, Hold } from "./envelope.ts";
import { theDoor } from "./open-door.ts";
import { receive } from "./receive.ts";

/** The largest body the door takes, in bytes. */
export const maxBodyBytes = 1024 * 1024;

/** Whether a request is a webhook in any URL form; all others belong to Next. */
export function isDoorRequest(req: IncomingMessage): boolean {
  const url = req.url ?? "";
  return url.startsWith("/hooks/") || /^[^?]*\?(.*&)?wpf_action=/.test(url);
}

/** Answers one webhook in front of Next. Never throws; a caller that goes away is counted. */
export function handleDoor(req: IncomingMessage, res: ServerResponse): void {
  const forwarded = req.headers["x-forwarded-for"];
  const request = {
    method: req.method ?? "GET",
    target: req.url ?? "/",
    headers: headerPairs(req.rawHeaders),
    contentType: req.headers["content-type"] ?? "",
    remoteAddress: callerAddress(
      req.socket.remoteAddress,
      Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? null),
      env().TRUST_PROXY,
    ),
    body: (hold: Hold) => readRequestBody(req, hold),
  };
  receive(theDoor(), request).then(
    (answer) => {
      const text = JSON.stringify(answer.body);
      const unread = answer.status === 413 || answer.status === 408;
      res.writeHead(answer.status, {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(text),
        "Cache-Control": "no-store",
        ...(unread ? { Connection: "close" } : {}),
        ...answer.headers,
      });
      res.end(text);
    },
    () => {
      if (!res.headersSent) res.writeHead(503, { "Retry-After": "5", "Content-Length": 0 });
      res.end();
    },
  );
}

function headerPairs(raw: string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return pairs;
}

/** Collects the body, counting while it streams; stops at the limit and at a broken connection. */
function readRequestBody(req: IncomingMessage, hold: Hold): Promise<BodyRead> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (read: BodyRead) => {
      req.off("data", take).off("end", done).off("error", broken).off("aborted", broken);
      resolve(read);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      const problem = size > maxBodyBytes ? "too_large" : hold(chunk.length) ? null : "full";
      if (problem === null) return void chunks.push(chunk);
      req.pause();
      end({ bytes: null, problem });
    };
    const done = () =>
      end({ bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), problem: null });
    const broken = () => end({ bytes: null, problem: "broken" });
    if (Number(req.headers["content-length"] ?? 0) > maxBodyBytes)
      return end({ bytes: null, problem: "too_large" });
    req.on("data", take).on("end", done).on("error", broken).on("aborted", broken);
  });
}
