import { Page } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

export default function NotFound() {
  return (
    <Page>
      <EmptyState
        title="There is nothing at this address"
        action={<ButtonLink href="/">Open the overview</ButtonLink>}
      >
        It may have been deleted, or the link was cut short.
      </EmptyState>
    </Page>
  );
}
