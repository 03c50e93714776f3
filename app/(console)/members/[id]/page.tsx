import type { Metadata } from "next";
import { MemberPage } from "#components/members/member-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";

export const metadata: Metadata = { title: "Member" };

type Props = { params: Promise<{ id: string }> };

export default async function OneMemberPage({ params }: Props) {
  await requireSession();
  const { id } = await params;
  return (
    <Page>
      <MemberPage id={id} />
    </Page>
  );
}
