import type { Metadata } from "next";
import { Gate } from "#components/sign-in/gate.tsx";
import { SignInForm } from "#components/sign-in/sign-in-form.tsx";
import { requireNoSession } from "#lib/auth/require-session.ts";
import { env } from "#lib/env.ts";

export const metadata: Metadata = { title: "Sign in" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Only a place inside this console may be asked for. */
const inside = (asked: unknown): string =>
  typeof asked === "string" && /^\/(?![/\\])/.test(asked) ? asked : "/";

export default async function SignInPage({ searchParams }: Props) {
  await requireNoSession("/sign-in");
  const { next, callbackUrl } = await searchParams;
  return (
    <Gate
      title={`Sign in to ${new URL(env().publicUrl).host}`}
      lead="See which webhooks arrived, and what became of them."
    >
      <SignInForm next={inside(next ?? callbackUrl)} />
    </Gate>
  );
}
