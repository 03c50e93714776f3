import type { Metadata } from "next";
import { ConnectionList } from "#components/connections/connection-list.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { listConnections } from "#lib/console/connections.ts";
import { database } from "#lib/database.ts";

export const metadata: Metadata = { title: "Connections" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function ConnectionsPage({ searchParams }: Props) {
  await requireSession();
  return (
    <Page>
      <ConnectionList
        initial={await listConnections(database())}
        addAtOnce={(await searchParams).new !== undefined}
      />
    </Page>
  );
}
