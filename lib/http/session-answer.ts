import { sessionCookie, sessionSeconds, sessionToken } from "../auth/session.ts";
import { openedOrigin } from "./opened-at.ts";
import { answerHeaders } from "./route.ts";

/** An answer that signs its browser in, with the cookie that signing in would have set. */
export async function answerSignedIn(
  headers: Headers,
  person: { id: string; version: number },
  body: object,
): Promise<Response> {
  const secure = openedOrigin(headers).startsWith("https://");
  const token = await sessionToken(person.id, person.version);
  const cookie = [
    `${sessionCookie(secure)}=${token}`,
    "Path=/",
    `Max-Age=${sessionSeconds}`,
    "HttpOnly",
    "SameSite=Lax",
    ...(secure ? ["Secure"] : []),
  ];
  return Response.json(body, { headers: { ...answerHeaders, "set-cookie": cookie.join("; ") } });
}
