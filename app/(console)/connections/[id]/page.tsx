import type { Metadata } from "next";
import { ConnectionPage } from "#components/connections/connection-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { getConnection } from "#lib/console/connections.ts";
import { database } from "#lib/database.ts";
import { foundOr404 } from "../../found-or-404.ts";

export const metadata: Metadata = { title: "Connection" };

type Props = { params: Promise<{ id: string }> };

export default async function OneConnectionPage({ params }: Props) {
  await requireSession();
  const { id } = await params;
  return (
    <Page>
      <ConnectionPage initial={await foundOr404(id, (one) => getConnection(database(), one))} />
    </Page>
  );
}
