import type { Metadata } from "next";
import { MemberPage } from "#components/members/member-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { getMember } from "#lib/console/members.ts";
import { database } from "#lib/database.ts";
import { foundOr404 } from "../../found-or-404.ts";

export const metadata: Metadata = { title: "Member" };

type Props = { params: Promise<{ id: string }> };

export default async function OneMemberPage({ params }: Props) {
  await requireSession();
  const { id } = await params;
  return (
    <Page>
      <MemberPage initial={await foundOr404(id, (one) => getMember(database(), one))} />
    </Page>
  );
}
