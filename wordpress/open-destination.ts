import type { DestinationClient, Host, MemberView, Pushed } from "#lib/destinations/contract.ts";
import { wordpress } from "#lib/destinations/wordpress/wordpress.ts";
import { GiveUp, RetryLater } from "#lib/errors.ts";
import { createOutbound } from "#lib/http/outbound.ts";
import type { WordPressSite } from "./start-site.ts";

const outbound = createOutbound({ allow: "127.0.0.0/8" });

export type Opened = DestinationClient & { calls: () => number; learned: () => Record<string, string> };

/** A destination for the site, as the push engine opens one. */
export function openDestination(
  site: Pick<WordPressSite, "url" | "username" | "applicationPassword">,
  settings: Record<string, unknown> = {},
  { timeoutMs = 30_000, ...change }: Partial<Host> & { timeoutMs?: number } = {},
): Opened {
  let calls = 0;
  let learned: Record<string, string> = {};
  const client = wordpress.open({
    settings: { url: site.url, username: site.username, ...settings },
    secrets: { applicationPassword: site.applicationPassword },
    learned,
    learn: (news) => {
      learned = news;
    },
    acquire: async () => {
      calls += 1;
    },
    fetch: (url, init) => outbound.fetch(url, { timeoutMs, ...init }),
    ...change,
  });
  return { ...client, calls: () => calls, learned: () => learned };
}

let made = 0;
/** A member whom no other test has. */
export function newMember(change: Partial<MemberView> = {}): MemberView {
  made += 1;
  const email = change.email ?? `member.${process.pid}.${made}@example.com`;
  return {
    id: `0199a5c0-0000-7000-8000-${String(made).padStart(12, "0")}`,
    email,
    login: email,
    role: "subscriber",
    firstName: "Zoë",
    lastName: "O’Connor & Sons",
    tags: ["Hand planes, spring", "Member"],
    fields: { city: "Cork" },
    contacts: [{ connectionId: "0199a5c0-1111-7000-8000-000000000000", contactId: String(made) }],
    password: { plain: "a password of theirs", why: "new" },
    ...change,
  };
}

/** What was thrown, as one line. */
export const thrown = (run: Promise<unknown>): Promise<string> =>
  run.then(
    (result) => `nothing thrown: ${JSON.stringify(result)}`,
    (error: unknown) => {
      if (error instanceof RetryLater) return `later ${error.reason}`;
      if (error instanceof GiveUp) return `never ${error.reason}`;
      throw error;
    },
  );

/** The id that the site gave, once it has the member. */
export function idOf(pushed: Pushed): string {
  if (pushed.status === "refused" || pushed.known.externalId === null)
    throw new Error(`not pushed: ${JSON.stringify(pushed)}`);
  return pushed.known.externalId;
}
