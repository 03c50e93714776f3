import type { Metadata } from "next";
import { KeyPage } from "#components/keys/key-page.tsx";
import { Page } from "#components/shell/page.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { listAccessKeys } from "#lib/console/access-keys.ts";
import { database } from "#lib/database.ts";

export const metadata: Metadata = { title: "Access keys" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AccessKeysPage({ searchParams }: Props) {
  await requireSession();
  const { new: newFor, existing } = await searchParams;
  return (
    <Page>
      <KeyPage
        initial={await listAccessKeys(database())}
        newFor={typeof newFor === "string" ? newFor : null}
        existing={existing !== undefined}
      />
    </Page>
  );
}
