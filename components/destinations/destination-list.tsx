"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Destination } from "#lib/api/destination-shapes.ts";
import { Link } from "../navigation/navigation.tsx";
import { PageHead } from "../shell/page.tsx";
import { useBlocked } from "../shell/person.tsx";
import { counted } from "../time/durations.ts";
import { Ago } from "../time/moment.tsx";
import { useNow } from "../time/now.tsx";
import { useZone } from "../time/zone.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Note } from "../ui/note.tsx";
import { AddDestination } from "./add-destination.tsx";
import { destinationsQuery } from "./destination-queries.ts";
import { DestinationState } from "./destination-state.tsx";
import { needingPerson, owed, stateSentence } from "./destination-words.ts";

/** Every site that members are pushed to, and the way to add one. */
export function DestinationList({
  initial,
  addAtOnce = false,
}: {
  initial: { items: Destination[]; nextCursor: string | null };
  addAtOnce?: boolean;
}) {
  const [adding, setAdding] = useState(addAtOnce);
  const blocked = useBlocked("owner");
  const { data, error } = useQuery({ ...destinationsQuery(), initialData: initial });
  const none = data.items.length === 0;
  const add = (
    <Button
      tone="primary"
      blocked={blocked}
      glyph={<Plus size={15} strokeWidth={1.75} aria-hidden />}
      onClick={() => setAdding(true)}
    >
      Add a destination
    </Button>
  );
  return (
    <>
      <PageHead
        title="Destinations"
        lead="A destination is a place that must know your members. Whatever changes here is pushed there, one member at a time."
        actions={none ? undefined : add}
      />
      {error && (
        <Note tone="bad" role="alert" className="mt-5">
          <b>The destinations could not be read again.</b> {error.message}
        </Note>
      )}
      <Box className="mt-6">
        {none ? (
          <EmptyState title="Members are pushed nowhere yet" action={add}>
            Rollcall is the directory as it is, and your own pages can read it by API. Add a WordPress site to
            have its users made and kept right, or an HTTP endpoint that is told of every change.
          </EmptyState>
        ) : (
          <ul>
            {data.items.map((destination) => (
              <DestinationRow key={destination.id} destination={destination} />
            ))}
          </ul>
        )}
      </Box>
      {adding && (
        <AddDestination
          onClose={() => {
            setAdding(false);
            // A reload shows the page, not the dialog again.
            if (addAtOnce) window.history.replaceState(null, "", "/destinations");
          }}
        />
      )}
    </>
  );
}

function DestinationRow({ destination }: { destination: Destination }) {
  const now = useNow();
  const zone = useZone();
  const { id, name, kindLabel, site, health } = destination;
  const stuck = needingPerson(health);
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-6 gap-y-1.5 border-t border-line-soft px-4 py-3.5 [--glyph-ground:var(--raised)] first:rounded-t-box first:border-t-0 last:rounded-b-box hover:bg-hover max-sm:grid-cols-1">
      <div className="min-w-0">
        <h2 className="text-body font-[540]">
          <Link href={`/destinations/${id}`} className="after:absolute after:inset-0 after:content-['']">
            {name}
          </Link>
        </h2>
        <p className="text-small text-ink-3">
          {kindLabel} · {site}
        </p>
        <p className="mt-1 text-fine text-ink-2 [overflow-wrap:anywhere]">
          {stateSentence(destination, now, zone)}
        </p>
      </div>
      <p className="num text-fine text-ink-2 sm:w-44">
        {owed(health) > 0 ? `${counted(owed(health), "member")} to push` : "nothing to push"}
        <span className="block text-small text-ink-3">
          {health.lastPush ? (
            <>
              last push <Ago at={health.lastPush.at} />
            </>
          ) : (
            "no push yet"
          )}
        </span>
        {stuck > 0 && (
          <span className="block text-small text-wait-ink">
            {stuck === 1 ? "1 waits" : `${stuck} wait`} for a person
          </span>
        )}
      </p>
      <div className="sm:w-36">
        <DestinationState destination={destination} />
      </div>
    </li>
  );
}
