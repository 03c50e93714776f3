import type { Metadata } from "next";
import { ApiDocs } from "#components/docs/api-docs.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";

export const metadata: Metadata = { title: "API docs" };

export default async function DocsPage() {
  await requireSession();
  return (
    <Page>
      <ApiDocs />
    </Page>
  );
}
