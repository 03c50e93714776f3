import type { Metadata } from "next";
import { OverviewPage } from "#components/overview/overview-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { getOverview } from "#lib/console/overview.ts";
import { database } from "#lib/database.ts";

export const metadata: Metadata = { title: "Overview" };

export default async function OverviewRoute() {
  await requireSession();
  return (
    <Page>
      <OverviewPage initial={await getOverview(database())} />
    </Page>
  );
}
