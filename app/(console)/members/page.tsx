import type { Metadata } from "next";
import { MemberList } from "#components/members/member-list.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage() {
  await requireSession();
  return (
    <Page>
      <MemberList />
    </Page>
  );
}
