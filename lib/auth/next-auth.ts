import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { database } from "../database.ts";
import { env } from "../env.ts";
import { addressOf, openedOrigin } from "../http/opened-at.ts";
import { log } from "../log.ts";
import { sessionCookie, sessionSeconds } from "./session.ts";
import { signIn } from "./sign-in.ts";

/** next-auth for one request: cookies are `Secure` exactly when this request was made over TLS. */
export function authOptions(headers: Headers): NextAuthOptions {
  const secure = openedOrigin(headers).startsWith("https://");
  const cookie = (name: string) => ({
    name,
    options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure },
  });
  const prefix = secure ? "__Host-" : "";
  return {
    secret: env().NEXTAUTH_SECRET,
    session: { strategy: "jwt", maxAge: sessionSeconds },
    useSecureCookies: secure,
    pages: { signIn: "/sign-in", error: "/sign-in" },
    cookies: {
      sessionToken: cookie(sessionCookie(secure)),
      csrfToken: cookie(`${prefix}rollcall.csrf`),
      callbackUrl: cookie(`${prefix}rollcall.callback`),
    },
    providers: [passwordProvider(addressOf(headers))],
    callbacks: {
      // Only what the next request is checked by; role and name are read from the database each time.
      jwt: ({ token, user }) => (user ? { sub: user.id, version: user.version } : token),
      session: ({ session }) => session,
      redirect: ({ url, baseUrl }) => (sameSite(url, baseUrl) ? new URL(url, baseUrl).href : baseUrl),
    },
    logger: {
      error: (code, metadata) => log.warn({ code, metadata }, "auth.failed"),
      warn: () => {},
      debug: () => {},
    },
  };
}

const sameSite = (url: string, baseUrl: string): boolean =>
  URL.canParse(url, baseUrl) && new URL(url, baseUrl).origin === new URL(baseUrl).origin;

/** Sign-in by e-mail and password; the client reads `wrong` or `too_many` as the error. */
function passwordProvider(address: string) {
  return CredentialsProvider({
    name: "password",
    credentials: { email: { type: "email" }, password: { type: "password" } },
    async authorize(credentials) {
      const { email = "", password = "" } = credentials ?? {};
      const result = await signIn(database(), { email, password, address });
      if (!result.ok) throw new Error(result.reason);
      return result.user;
    },
  });
}
