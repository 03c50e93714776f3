"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import type { Delivery } from "#lib/api/delivery-shapes.ts";
import type { MemberDetail } from "#lib/api/member-shapes.ts";
import { askedFor, secondLine } from "../deliveries/row-words.ts";
import { Link } from "../navigation/navigation.tsx";
import { Glyph } from "../status/glyph.tsx";
import { HopTrack } from "../status/hop-track.tsx";
import { outcomes } from "../status/outcomes.ts";
import { Ago, ShortWhen } from "../time/moment.tsx";
import { useZone } from "../time/zone.tsx";
import { Box } from "../ui/box.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";

/** The contacts that this member is, one a connection. */
export function MemberLinks({ member }: { member: MemberDetail }) {
  return (
    <Box title="In your CRM">
      {member.links.length === 0 ? (
        <p className="border-t border-line-soft px-4 py-3 text-log text-ink-2">Not linked to a contact.</p>
      ) : (
        member.links.map((link) => (
          <div key={link.connectionId} className="border-t border-line-soft px-4 py-3">
            <h3 className="text-body font-[520]">
              {link.url ? (
                <a
                  href={link.url}
                  target="_blank"
                  rel="noreferrer"
                  className="inline-flex items-center gap-1.5 hover:underline max-sm:min-h-11"
                >
                  {link.kindLabel} contact {link.contactId}
                  <ExternalLink size={13} strokeWidth={1.75} aria-hidden className="text-ink-3" />
                  <span className="sr-only">(opens {link.kindLabel})</span>
                </a>
              ) : (
                `${link.kindLabel} contact ${link.contactId}`
              )}
            </h3>
            <p className="text-small text-ink-3">
              {link.connectionName} · read <Ago at={link.loadedAt} />
            </p>
          </div>
        ))
      )}
    </Box>
  );
}

/** The newest deliveries of this member, each with how far it came. */
export function MemberDeliveries({
  memberId,
  query,
}: {
  memberId: string;
  query: UseQueryResult<{ items: Delivery[] }, Error>;
}) {
  const { data, error, refetch } = query;
  return (
    <Box
      title="Deliveries"
      aside={
        <Link
          href={`/webhooks?member=${memberId}&range=30d`}
          className="link text-small max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
        >
          All of them
        </Link>
      }
    >
      {data ? (
        data.items.length === 0 ? (
          <p className="border-t border-line-soft px-4 py-3 text-log text-ink-2">None in the log.</p>
        ) : (
          <ul>
            {data.items.map((delivery) => (
              <DeliveryLine key={delivery.id} delivery={delivery} />
            ))}
          </ul>
        )
      ) : error ? (
        <p role="alert" className="border-t border-line-soft px-4 py-3 text-log">
          {error.message}{" "}
          <button type="button" className="link tap" onClick={() => refetch()}>
            Try again
          </button>
        </p>
      ) : (
        <SkeletonRows rows={3} label="Reading the deliveries" />
      )}
    </Box>
  );
}

function DeliveryLine({ delivery }: { delivery: Delivery }) {
  const zone = useZone();
  return (
    <li className="relative grid grid-cols-[16px_minmax(0,1fr)_auto] items-start gap-x-2.5 border-t border-line-soft px-4 py-[9px] text-log last:rounded-b-box hover:bg-hover">
      <span className="mt-px">
        <Glyph name={delivery.status} />
        <span className="sr-only">{outcomes[delivery.status].word}: </span>
      </span>
      <div className="min-w-0">
        <Link
          href={`/webhooks?open=${delivery.id}`}
          className="font-medium after:absolute after:inset-0 after:content-['']"
        >
          {askedFor(delivery)}
        </Link>
        <span className="block text-small text-ink-3">{secondLine(delivery, zone)}</span>
      </div>
      <div className="text-right">
        <ShortWhen at={delivery.receivedAt} className="text-small text-ink-3" />
        <div className="mt-[3px]">
          <HopTrack status={delivery.status} hop={delivery.hop} />
        </div>
      </div>
    </li>
  );
}
