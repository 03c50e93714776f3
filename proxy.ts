import { type NextRequest, NextResponse } from "next/server";
import { pageHeaders } from "#lib/http/page-headers.ts";

/** Gives every page its own nonce: Next puts it on its scripts, and the browser runs no other. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const answered = pageHeaders(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", answered["content-security-policy"]);
  headers.set("x-nonce", nonce);
  const response = NextResponse.next({ request: { headers } });
  for (const [name, value] of Object.entries(answered)) response.headers.set(name, value);
  return response;
}

/** Pages only: the API and the door set their own headers, and files need none. */
export const config = { matcher: ["/((?!api/|hooks/|_next/|.*\\.[a-z0-9]+$).*)"] };
