import { type BodyRead, firstBytes, type Hold, maxBodyBytes } from "#lib/door/envelope.ts";
import { theDoor } from "#lib/door/open-door.ts";
import { receive } from "#lib/door/receive.ts";
import { addressHeader, addressOf } from "#lib/http/opened-at.ts";

export const dynamic = "force-dynamic";

/** The door where Next runs without server.ts; the same `receive`, one adapter later. */
async function handle(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname === "/hooks" ? "/" : url.pathname;
  const answer = await receive(theDoor(), {
    method: request.method,
    target: path + url.search,
    headers: [...request.headers].filter(([name]) => name !== addressHeader()),
    contentType: request.headers.get("content-type") ?? "",
    remoteAddress: addressOf(request.headers),
    body: (hold, most) => readBody(request, hold, most),
  });
  return Response.json(answer.body, {
    status: answer.status,
    headers: { "Cache-Control": "no-store", ...answer.headers },
  });
}

async function readBody(request: Request, hold: Hold, most: number): Promise<BodyRead> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let kept = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > maxBodyBytes) return { bytes: null, problem: "too_large" };
      const part = firstBytes(chunk, most - kept);
      kept += part.length;
      if (!hold(part.length)) return { bytes: null, problem: "full" };
      chunks.push(part);
    }
  } catch {
    return { bytes: null, problem: "broken" };
  }
  return { bytes: Buffer.concat(chunks), problem: null };
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
