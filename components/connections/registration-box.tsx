"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Registration } from "#lib/api/alert-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { Glyph } from "../status/glyph.tsx";
import type { GlyphName } from "../status/outcomes.ts";
import { Ago, ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { checkRegistration, registrationQuery } from "./connection-queries.ts";

const faults: Record<string, string> = {
  missing: "it was taken out",
  inactive: "it was switched off",
  url: "its address was changed",
  events: "its events were changed",
  sources: "its sources were changed",
  list: "its list was changed",
  key: "its access key was ended or narrowed",
};
const faultsOf = (found: readonly string[]) => found.map((one) => faults[one] ?? one).join(", ");

const glyphs: Record<Registration["state"], GlyphName> = {
  ok: "synced",
  repaired: "synced",
  lost: "failed",
  unknown: "warn",
};

/** How the webhook in the CRM stands: the last look at it, what was wrong, and what Rollcall did about it. */
export function RegistrationBox({ connectionId, crm }: { connectionId: string; crm: string }) {
  const queries = useQueryClient();
  const blocked = useBlocked("operator");
  const { data } = useQuery(registrationQuery(connectionId));
  const looking = useMutation({
    mutationFn: () => checkRegistration(connectionId),
    onSuccess: (answer) => {
      queries.setQueryData(registrationQuery(connectionId).queryKey, answer);
      return queries.invalidateQueries({ queryKey: ["connections", connectionId], exact: true });
    },
  });
  const registration = data?.registration;
  return (
    <Box title={`Webhook in ${crm}`}>
      <div
        role="status"
        aria-busy={looking.isPending}
        className="border-t border-line-soft px-4 py-3 text-log"
      >
        {data === undefined ? (
          <Skeleton className="w-40" />
        ) : registration?.checkedAt ? (
          <Standing registration={registration} crm={crm} checkedAt={registration.checkedAt} />
        ) : (
          <p className="text-ink-2">Not looked at yet. Rollcall looks every 15 minutes, and puts it right.</p>
        )}
        {looking.error && <p className="mt-1 text-bad-ink">{looking.error.message}</p>}
      </div>
      <div className="border-t border-line-soft px-4 py-3">
        <Button size="small" blocked={blocked} busy={looking.isPending} onClick={() => looking.mutate()}>
          Look now
        </Button>
      </div>
    </Box>
  );
}

function Standing({
  registration: { state, found, trouble, lostSince, repairedAt, repairedFound },
  crm,
  checkedAt,
}: {
  registration: Registration;
  crm: string;
  checkedAt: string;
}) {
  return (
    <div className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2.5 [--glyph-ground:var(--raised)]">
      <Glyph name={glyphs[state]} className="mt-px" />
      <div className="[overflow-wrap:anywhere]">
        {state === "lost" && lostSince && (
          <>
            Lost since <ShortWhen at={lostSince} />: {faultsOf(found)}.
          </>
        )}
        {state === "unknown" && "It could not be looked at."}
        {(state === "ok" || state === "repaired") && "Registered and active."}
        <p className="text-small leading-[1.45] text-ink-3">
          {trouble && `${trouble} `}
          Looked at <Ago at={checkedAt} />.
        </p>
        {repairedAt && (
          <p className="mt-1.5 text-small leading-[1.45] text-ink-2">
            Put right <ShortWhen at={repairedAt} />: {faultsOf(repairedFound)} in {crm}. Contacts that changed
            meanwhile were looked up.
          </p>
        )}
      </div>
    </div>
  );
}
