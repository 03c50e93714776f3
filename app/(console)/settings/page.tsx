import type { Metadata } from "next";
import { SettingsPage } from "#components/settings/settings-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { getRetention } from "#lib/console/retention.ts";
import { database } from "#lib/database.ts";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsRoute() {
  await requireSession();
  return (
    <Page>
      <SettingsPage initial={await getRetention(database())} />
    </Page>
  );
}
