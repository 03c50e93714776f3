import type { Metadata } from "next";
import { EndedLink, SetPasswordForm } from "#components/set-password/set-password-form.tsx";
import { Gate } from "#components/sign-in/gate.tsx";
import { database } from "#lib/database.ts";
import { readPasswordLink } from "#lib/sync/password-links.ts";

export const metadata: Metadata = { title: "Choose a password", referrer: "no-referrer" };

type Props = { params: Promise<{ token: string }> };

const ended = {
  used: "It was used already. If that was you, your password is set; if not, ask the site for a new link.",
  expired: "It was valid for seven days. Ask the site for a new one.",
  unknown: "It is not known here. Open the one from the newest mail, and copy all of it.",
};

/** Open to everyone who holds the link from their welcome mail. */
export default async function SetPasswordPage({ params }: Props) {
  const { token } = await params;
  const link = await readPasswordLink(database(), token);
  if (link.state !== "valid") {
    return (
      <Gate title="Choose your password" door={false}>
        <EndedLink message={ended[link.state]} />
      </Gate>
    );
  }
  return (
    <Gate
      title="Choose your password"
      lead={`For ${link.email}. It is yours alone: nobody here can read it.`}
      door={false}
    >
      <SetPasswordForm token={token} email={link.email} />
    </Gate>
  );
}
