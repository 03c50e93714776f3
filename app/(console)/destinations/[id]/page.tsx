import type { Metadata } from "next";
import { DestinationPage } from "#components/destinations/destination-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { getDestination } from "#lib/console/destinations.ts";
import { database } from "#lib/database.ts";
import { foundOr404 } from "../../found-or-404.ts";

export const metadata: Metadata = { title: "Destination" };

type Props = { params: Promise<{ id: string }> };

export default async function OneDestinationPage({ params }: Props) {
  await requireSession();
  const { id } = await params;
  return (
    <Page>
      <DestinationPage initial={await foundOr404(id, (one) => getDestination(database(), one))} />
    </Page>
  );
}
