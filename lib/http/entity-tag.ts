import { sha256 } from "../secrets.ts";

/** Whether an If-None-Match header names this tag; `W/` makes no difference to it (RFC 9110, 13.1.2). */
function isKnown(header: string | null, tag: string): boolean {
  const named = (header ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  return named.includes(tag) || named.includes("*");
}

/**
 * A JSON answer with the SHA-256 of its bytes as strong ETag; 304 without a body when the caller's If-None-Match names
 * it. Caches may keep it for this caller alone, and ask each time.
 */
export function answerTagged(request: Request, answer: unknown, headers: Record<string, string>): Response {
  const text = JSON.stringify(answer);
  const etag = `"${sha256(text).slice(0, 32)}"`;
  const tagged = { ...headers, etag, "cache-control": "private, no-cache", vary: "authorization, cookie" };
  if (isKnown(request.headers.get("if-none-match"), etag))
    return new Response(null, { status: 304, headers: tagged });
  return new Response(text, { headers: { ...tagged, "content-type": "application/json" } });
}
