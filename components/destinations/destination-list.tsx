"use client";

import { useQuery } from "@tanstack/react-query";
import type { Destination } from "#lib/api/destination-shapes.ts";
import { PlaceList, PlaceRow } from "../shell/place-list.tsx";
import { counted } from "../time/durations.ts";
import { Ago } from "../time/moment.tsx";
import { useNow } from "../time/now.tsx";
import { useZone } from "../time/zone.tsx";
import { AddDestination } from "./add-destination.tsx";
import { destinationsQuery } from "./destination-queries.ts";
import { DestinationState } from "./destination-state.tsx";
import { owed, stateSentence } from "./destination-words.ts";

/** Every site that members are pushed to, and the way to add one. */
export function DestinationList({
  initial,
  addAtOnce = false,
}: {
  initial: { items: Destination[]; nextCursor: string | null };
  addAtOnce?: boolean;
}) {
  const { data, error } = useQuery({ ...destinationsQuery(), initialData: initial });
  return (
    <PlaceList
      title="Destinations"
      lead="A destination is a place that must know your members. Whatever changes here is pushed there, one member at a time."
      path="/destinations"
      add="Add a destination"
      addAtOnce={addAtOnce}
      empty={{
        title: "Members are pushed nowhere yet",
        text: "Rollcall is the directory as it is, and your own pages can read it by API. Add a WordPress site to have its users made and kept right, an HTTP endpoint that is told of every change, or a Discourse forum whose groups follow tags.",
      }}
      error={error}
      places={data.items}
      row={(destination) => <DestinationRow destination={destination} />}
      dialog={(onClose) => <AddDestination onClose={onClose} />}
    />
  );
}

function DestinationRow({ destination }: { destination: Destination }) {
  const now = useNow();
  const zone = useZone();
  const { id, name, kindLabel, site, health } = destination;
  return (
    <PlaceRow
      href={`/destinations/${id}`}
      name={name}
      kind={`${kindLabel} · ${site}`}
      sentence={stateSentence(destination, now, zone)}
      facts={owed(health) > 0 ? `${counted(owed(health), "member")} to push` : "Nothing to push"}
      latest={
        health.lastPush ? (
          <>
            last push <Ago at={health.lastPush.at} />
          </>
        ) : (
          "no push yet"
        )
      }
      state={<DestinationState destination={destination} />}
    />
  );
}
