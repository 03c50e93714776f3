import type { Metadata } from "next";
import { AlertPage } from "#components/alerts/alert-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { listChannels } from "#lib/console/alert-channels.ts";
import { getAlertLimits } from "#lib/console/alert-limits.ts";
import { listMutes } from "#lib/console/alert-mutes.ts";
import { listAlertKinds, listAlerts } from "#lib/console/alerts.ts";
import { database } from "#lib/database.ts";

export const metadata: Metadata = { title: "Alerts" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AlertsPage({ searchParams }: Props) {
  await requireSession();
  const db = database();
  const [open, past, mutes, channels, limits, query] = await Promise.all([
    listAlerts(db, { state: "open", limit: 100 }),
    listAlerts(db, { state: "closed", limit: 20 }),
    listMutes(db),
    listChannels(db),
    getAlertLimits(db),
    searchParams,
  ]);
  return (
    <Page>
      <AlertPage
        initial={{ open, past, mutes, channels, limits, kinds: listAlertKinds().items }}
        adding={query.new !== undefined}
      />
    </Page>
  );
}
