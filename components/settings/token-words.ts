import type { ApiToken } from "#lib/api/token-shapes.ts";

export type Scope = NonNullable<ApiToken["scopes"]>[number];

/** What a token can be allowed, from least to most. */
export const scopeChoices: readonly { scope: Scope; word: string; note: string }[] = [
  {
    scope: "site",
    word: "Sign members in",
    note: "Refresh on login, check a password, redeem a sign-in link. All that the WordPress companion needs.",
  },
  { scope: "read", word: "Read", note: "Everything that a viewer sees, and the metrics." },
  {
    scope: "members:write",
    word: "Make links for members",
    note: "Links that set a password or sign in, and all of “Sign members in”.",
  },
  { scope: "crm:write", word: "Write to the CRM", note: "Tags and fields of contacts." },
  { scope: "admin", word: "Everything", note: "As an owner, also connections, keys and tokens." },
];

/** What a token may do, as short names. */
export const scopeWords = ({ scopes, role }: ApiToken): string[] => scopes ?? [`as ${role}`];

/** Tokens in use, and apart from them those that work no more. */
export function tokenRows(tokens: readonly ApiToken[]): { current: ApiToken[]; ended: ApiToken[] } {
  return {
    current: tokens.filter((token) => token.state === "active"),
    ended: tokens.filter((token) => token.state !== "active"),
  };
}
