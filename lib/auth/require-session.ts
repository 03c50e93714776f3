import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { database } from "../database.ts";
import { hasOwner } from "./first-owner.ts";
import { type Session, sessionOf } from "./session.ts";

/** The session of the page being rendered, or null. */
export async function currentSession(): Promise<Session | null> {
  return sessionOf(database(), (await cookies()).toString());
}

/** The session of the page being rendered; sends everyone else to /sign-in, or to /setup while there is no owner. */
export async function requireSession(): Promise<Session> {
  const session = await currentSession();
  if (session) return session;
  redirect((await hasOwner(database())) ? "/sign-in" : "/setup");
}

/** For /sign-in and /setup: sends on who is signed in already or came to the wrong one of the two. */
export async function requireNoSession(page: "/sign-in" | "/setup"): Promise<void> {
  if (await currentSession()) redirect("/");
  const right = (await hasOwner(database())) ? "/sign-in" : "/setup";
  if (right !== page) redirect(right);
}
