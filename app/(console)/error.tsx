"use client";

import { startTransition } from "react";
import { useNavigation } from "#components/navigation/navigation.tsx";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** A page that could not be drawn; webhooks are received all the same. */
export default function PageFailed({ reset }: { error: Error; reset: () => void }) {
  const { refresh } = useNavigation();
  const again = () =>
    startTransition(() => {
      refresh();
      reset();
    });
  return (
    <Page>
      <div role="alert">
        <EmptyState title="This page could not be shown" action={<Button onClick={again}>Try again</Button>}>
          Nothing is lost: webhooks are received meanwhile. The server log has the cause.
        </EmptyState>
      </div>
    </Page>
  );
}
