import type { Metadata } from "next";
import { DestinationList } from "#components/destinations/destination-list.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { listDestinations } from "#lib/console/destinations.ts";
import { database } from "#lib/database.ts";

export const metadata: Metadata = { title: "Destinations" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function DestinationsPage({ searchParams }: Props) {
  await requireSession();
  return (
    <Page>
      <DestinationList
        initial={await listDestinations(database())}
        addAtOnce={(await searchParams).new !== undefined}
      />
    </Page>
  );
}
