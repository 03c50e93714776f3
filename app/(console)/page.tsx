import type { Metadata } from "next";
import { OverviewPage } from "#components/overview/overview-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { listDestinations } from "#lib/console/destinations.ts";
import { getOverview } from "#lib/console/overview.ts";
import { database } from "#lib/database.ts";

export const metadata: Metadata = { title: "Overview" };

export default async function OverviewRoute() {
  await requireSession();
  const [overview, destinations] = await Promise.all([getOverview(database()), listDestinations(database())]);
  return (
    <Page>
      <OverviewPage initial={overview} initialDestinations={destinations} />
    </Page>
  );
}
