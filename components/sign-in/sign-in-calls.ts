import { ApiFailure, api } from "../query/api.ts";

const messages: Record<string, string> = {
  wrong: "That e-mail and password do not belong together.",
  too_many: "Too many tries. Wait a few minutes, then try again.",
};

/** Signs in; throws ApiFailure with a sentence for the person when it does not work. */
export async function signIn(email: string, password: string): Promise<void> {
  const { csrfToken } = await api<{ csrfToken: string }>("/auth/csrf");
  const response = await fetch("/api/auth/callback/credentials", {
    method: "POST",
    body: new URLSearchParams({ csrfToken, email, password, json: "true" }),
  });
  if (response.ok) return;
  const answer: { url?: string } = await response.json().catch(() => ({}));
  const reason = answer.url ? new URL(answer.url, window.location.origin).searchParams.get("error") : null;
  throw new ApiFailure(
    response.status,
    reason ?? "internal",
    messages[reason ?? ""] ?? "Signing in failed at Rollcall. Try again in a moment.",
    null,
  );
}

/** Ends this session here and goes to the sign-in page. */
export async function signOut(): Promise<void> {
  const { csrfToken } = await api<{ csrfToken: string }>("/auth/csrf");
  await api("/auth/signout", { method: "POST", body: { csrfToken, json: "true" } });
  window.location.assign("/sign-in");
}
