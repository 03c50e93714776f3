import type { Metadata } from "next";
import { ConnectionPage } from "#components/connections/connection-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";

export const metadata: Metadata = { title: "Connection" };

type Props = { params: Promise<{ id: string }> };

export default async function OneConnectionPage({ params }: Props) {
  await requireSession();
  const { id } = await params;
  return (
    <Page>
      <ConnectionPage id={id} />
    </Page>
  );
}
