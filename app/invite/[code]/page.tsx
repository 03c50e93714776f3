import type { Metadata } from "next";
import { EndedInvite, InviteForm } from "#components/people/invite-form.tsx";
import { roleChoices } from "#components/people/role-words.ts";
import { Gate } from "#components/sign-in/gate.tsx";
import { Note } from "#components/ui/note.tsx";
import { endedLinks, type Invite, readInvite } from "#lib/auth/invites.ts";
import { currentSession } from "#lib/auth/require-session.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";

export const metadata: Metadata = { title: "Choose your password", referrer: "no-referrer" };

type Props = { params: Promise<{ code: string }> };

/** Open to everyone who holds the link that an owner made for them. */
export default async function InvitePage({ params }: Props) {
  const { code } = await params;
  const invite = await readInvite(database(), code);
  if (invite.state !== "valid") {
    return (
      <Gate title="Choose your password" door={false}>
        <EndedInvite message={endedLinks[invite.state]} />
      </Gate>
    );
  }
  const session = await currentSession();
  return (
    <Gate
      title={invite.isNew ? `Welcome, ${invite.name}` : "Choose a new password"}
      lead={lead(invite)}
      door={false}
    >
      {session && session.userId !== invite.userId && (
        <Note tone="wait" className="mb-4">
          <b>This browser is signed in as {session.email}.</b> Choosing a password here signs it in as{" "}
          {invite.email} instead.
        </Note>
      )}
      <InviteForm code={code} email={invite.email} />
    </Gate>
  );
}

function lead({ isNew, email, role }: Extract<Invite, { state: "valid" }>): string {
  if (!isNew) return `For ${email}. It ends the one before, and every session that is open with it.`;
  const may = roleChoices.find((choice) => choice.role === role);
  return `You are invited to ${new URL(env().publicUrl).host} as ${email}. ${may?.alone ?? ""}`;
}
