"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Connection } from "#lib/api/connection-shapes.ts";
import { Link } from "../navigation/navigation.tsx";
import { PageHead } from "../shell/page.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Ago } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
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
  const [adding, setAdding] = useState(addAtOnce);
  const blocked = useBlocked("owner");
  const add = (
    <Button
      tone="primary"
      blocked={blocked}
      glyph={<Plus size={15} strokeWidth={1.75} aria-hidden />}
      onClick={() => setAdding(true)}
    >
      Add a connection
    </Button>
  );
  const { data } = useQuery({ ...connectionsQuery(), initialData: initial });
  const none = data.items.length === 0;
  return (
    <>
      <PageHead
        title="Connections"
        lead="A connection is one CRM account. Its webhooks arrive here, and Rollcall reads its contacts."
        actions={none ? undefined : add}
      />
      <Box className="mt-6">
        {none ? (
          <EmptyState title="No CRM is connected yet" action={add}>
            Add your ActiveCampaign account. You need its address and an API key; both are on one page of its
            settings.
          </EmptyState>
        ) : (
          <ul>
            {data.items.map((connection) => (
              <ConnectionRow key={connection.id} connection={connection} />
            ))}
          </ul>
        )}
      </Box>
      <AddConnection
        open={adding}
        onOpenChange={(open) => {
          setAdding(open);
          // A reload shows the page, not the dialog again.
          if (!open && addAtOnce) window.history.replaceState(null, "", "/connections");
        }}
      />
    </>
  );
}

function ConnectionRow({ connection }: { connection: Connection }) {
  const { id, name, kindLabel, baseUrl, mode, lastDeliveryAt } = connection;
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-6 gap-y-1.5 border-t border-line-soft px-4 py-3.5 first:rounded-t-box first:border-t-0 last:rounded-b-box hover:bg-hover max-sm:grid-cols-1">
      <div className="min-w-0">
        <h2 className="text-body font-[540]">
          <Link href={`/connections/${id}`} className="after:absolute after:inset-0 after:content-['']">
            {name}
          </Link>
        </h2>
        <p className="text-small text-ink-3">
          {kindLabel} · {hostOf(baseUrl)}
        </p>
      </div>
      <p className="text-fine text-ink-2 sm:w-60">
        {modeWords[mode]}
        <span className="block text-small text-ink-3">
          {lastDeliveryAt ? (
            <>
              last webhook <Ago at={lastDeliveryAt} />
            </>
          ) : (
            "no webhook yet"
          )}
        </span>
      </p>
      <div className="sm:w-30">
        <ConnectionState connection={connection} />
      </div>
    </li>
  );
}
