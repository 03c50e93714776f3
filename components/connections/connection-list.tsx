"use client";

import { useQuery } from "@tanstack/react-query";
import type { Connection } from "#lib/api/connection-shapes.ts";
import { PlaceList, PlaceRow } from "../shell/place-list.tsx";
import { Ago } from "../time/moment.tsx";
import { AddConnection } from "./add-connection.tsx";
import { connectionsQuery } from "./connection-queries.ts";
import { ConnectionState, hostOf, modeWords } from "./connection-state.tsx";

/** Every CRM account that calls, and the way to add one. */
export function ConnectionList({
  initial,
  addAtOnce = false,
}: {
  initial: { items: Connection[]; nextCursor: string | null };
  addAtOnce?: boolean;
}) {
  const { data, error } = useQuery({ ...connectionsQuery(), initialData: initial });
  return (
    <PlaceList
      title="Connections"
      lead="A connection is one CRM account. Its webhooks arrive here, and Rollcall reads its contacts."
      path="/connections"
      add="Add a connection"
      addAtOnce={addAtOnce}
      empty={{
        title: "No CRM is connected yet",
        text: "Add your ActiveCampaign account. You need its address and an API key; both are on one page of its settings.",
      }}
      error={error}
      places={data.items}
      row={(connection) => <ConnectionRow connection={connection} />}
      dialog={(onClose) => <AddConnection onClose={onClose} />}
    />
  );
}

function ConnectionRow({ connection }: { connection: Connection }) {
  const { id, name, kindLabel, baseUrl, mode, lastDeliveryAt } = connection;
  return (
    <PlaceRow
      href={`/connections/${id}`}
      name={name}
      kind={`${kindLabel} · ${hostOf(baseUrl)}`}
      facts={modeWords[mode]}
      latest={
        lastDeliveryAt ? (
          <>
            last webhook <Ago at={lastDeliveryAt} />
          </>
        ) : (
          "no webhook yet"
        )
      }
      state={<ConnectionState connection={connection} />}
    />
  );
}
