import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "../env.ts";
import { callerAddress } from "../http/address.ts";
import { type BodyRead, firstBytes, type Hold, maxBodyBytes } from "./envelope.ts";
import { theDoor } from "./open-door.ts";
import { receive } from "./receive.ts";

/**
 * Path and query of a request. A proxy may send the whole URL (RFC 9112, 3.2.2), and an address that was put together
 * by hand begins with two slashes: Next would redirect both, and no CRM follows that.
 */
export const targetOf = ({ url = "/" }: IncomingMessage): string =>
  url.replace(/^https?:\/\/[^/?]*/i, "").replace(/^\/*/, "/");

/** Whether a request is a webhook in any URL form; all others belong to Next. */
export function isDoorRequest(req: IncomingMessage): boolean {
  const url = targetOf(req);
  return url.startsWith("/hooks/") || /^[^?]*\?(.*&)?wpf_action=/.test(url);
}

/** Answers one webhook in front of Next. Never throws; a caller that goes away is counted. */
export function handleDoor(req: IncomingMessage, res: ServerResponse): void {
  const forwarded = req.headers["x-forwarded-for"];
  const request = {
    method: req.method ?? "GET",
    target: targetOf(req),
    headers: headerPairs(req.rawHeaders),
    contentType: req.headers["content-type"] ?? "",
    remoteAddress: callerAddress(
      req.socket.remoteAddress,
      Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? null),
      env().TRUST_PROXY,
    ),
    body: (hold: Hold, most: number) => readRequestBody(req, hold, most),
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
export function readRequestBody(req: IncomingMessage, hold: Hold, most: number): Promise<BodyRead> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let kept = 0;
    const end = (read: BodyRead) => {
      req.off("data", take).off("end", done).off("error", broken).off("aborted", broken);
      resolve(read);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      const part = firstBytes(chunk, most - kept);
      kept += part.length;
      const problem = size > maxBodyBytes ? "too_large" : hold(part.length) ? null : "full";
      if (problem === null) return void chunks.push(part);
      req.pause();
      end({ bytes: null, problem });
    };
    const done = () =>
      end({ bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), problem: null });
    const broken = () => end({ bytes: null, problem: "broken" });
    if (Number(req.headers["content-length"] ?? 0) > maxBodyBytes)
      return end({ bytes: null, problem: "too_large" });
    // The caller may have gone while its key was looked for; no event tells of that again.
    if (req.destroyed) return broken();
    req.on("data", take).on("end", done).on("error", broken).on("aborted", broken);
  });
}
