import type { Metadata } from "next";
import { DriftPage } from "#components/reconcile/drift-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { getConnection } from "#lib/console/connections.ts";
import { database } from "#lib/database.ts";
import { foundOr404 } from "../../../found-or-404.ts";

export const metadata: Metadata = { title: "Drift report" };

type Props = { params: Promise<{ id: string }> };

export default async function OneDriftPage({ params }: Props) {
  await requireSession();
  const { id } = await params;
  const { name, kindLabel } = await foundOr404(id, (one) => getConnection(database(), one));
  return (
    <Page>
      <DriftPage connection={{ id, name, kindLabel }} />
    </Page>
  );
}
