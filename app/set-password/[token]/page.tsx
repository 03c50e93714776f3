import type { Metadata } from "next";
import { SetPasswordForm } from "#components/set-password/set-password-form.tsx";
import { Gate } from "#components/sign-in/gate.tsx";
import { database } from "#lib/database.ts";
import { readPasswordLink } from "#lib/sync/password-links.ts";

export const metadata: Metadata = { title: "Choose a password", referrer: "no-referrer" };

type Props = { params: Promise<{ token: string }> };

/** Open to everyone who holds the link from their welcome mail. */
export default async function SetPasswordPage({ params }: Props) {
  const { token } = await params;
  const link = await readPasswordLink(database(), token);
  return (
    <Gate title="Choose your password" lead="It is yours alone: nobody here can read it." door={false}>
      <SetPasswordForm token={token} email={link.state === "valid" ? link.email : null} />
    </Gate>
  );
}
