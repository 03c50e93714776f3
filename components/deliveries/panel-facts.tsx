"use client";

import type { ReactNode } from "react";
import type { DeliveryDetail } from "#lib/api/delivery-shapes.ts";
import { Link } from "../navigation/navigation.tsx";
import { queryString } from "../query/api.ts";
import { useNow } from "../time/now.tsx";
import { useZone } from "../time/zone.tsx";
import { clock, clockMs, dayTitle, fullWhen } from "../time/zoned.ts";
import { panelCause } from "./panel-words.ts";
import { aboutWhom, askedFor } from "./row-words.ts";

/** Whom it is about, what was asked, where it came from and when. */
export function PanelFacts({ delivery }: { delivery: DeliveryDetail }) {
  const [who, mark] = aboutWhom(delivery);
  return (
    <dl className="mt-[18px] grid grid-cols-[92px_minmax(0,1fr)] gap-x-3 gap-y-[5px] border-t border-line pt-4 text-log leading-normal max-sm:grid-cols-[88px_minmax(0,1fr)]">
      <Fact name="Contact">
        {delivery.memberId ? (
          <Link href={`/members/${delivery.memberId}`} className="link tap">
            {who}
          </Link>
        ) : (
          who
        )}
        {mark && (
          <>
            <br />
            {mark}
          </>
        )}
        {delivery.contactId && delivery.email && delivery.name && (
          <span className="text-ink-3">
            {" "}
            · <span className="whitespace-nowrap">contact {delivery.contactId}</span>
          </span>
        )}
      </Fact>
      <Fact name="Asked for">
        {askedFor(delivery)}, {panelCause(delivery)}
      </Fact>
      {delivery.connectionName && (
        <Fact name="Connection">
          {delivery.connectionName}
          {delivery.kindLabel && `, ${delivery.kindLabel}`}
        </Fact>
      )}
      <Fact name="Received">
        <Received at={delivery.receivedAt} />
      </Fact>
      {delivery.floodId && (
        <Fact name="Part of">
          <Link
            href={`/webhooks${queryString({ flood: delivery.floodId, range: "30d", open: delivery.id })}`}
            className="link tap"
          >
            {delivery.action === "batch_sync" ? "a batch" : "a flood"}
          </Link>
          , worked off together
        </Fact>
      )}
      {delivery.attempts > 0 && (
        <Fact name="Tries">
          <span className="num">
            {delivery.attempts} of {delivery.maxAttempts}
          </span>
        </Fact>
      )}
      <Fact name="Delivery">
        <code className="text-[12px] leading-[1.65]">{delivery.id}</code>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

function Received({ at }: { at: string }) {
  const zone = useZone();
  const now = useNow();
  const { name, date } = dayTitle(at, now, zone);
  return (
    <time dateTime={at} title={fullWhen(at, zone)}>
      {name === "Today" || name === "Yesterday" ? name : `${name} ${date}`} {clockMs(at, zone)}
      <span className="text-ink-3">{zone === "UTC" ? " UTC" : ` · ${clock(at, "UTC")} UTC`}</span>
    </time>
  );
}
