"use client";

import type { Attempt, Delivery, DeliveryDetail } from "#lib/api/delivery-shapes.ts";
import { hasChanges, MemberDiff } from "../changes/member-diff.tsx";
import { Link } from "../navigation/navigation.tsx";
import { Glyph } from "../status/glyph.tsx";
import { type GlyphName, outcomes } from "../status/outcomes.ts";
import { duration } from "../time/durations.ts";
import { ShortWhen } from "../time/moment.tsx";
import { useZone } from "../time/zone.tsx";
import { clock } from "../time/zoned.ts";
import { noChangesWords, runSentence } from "./panel-words.ts";
import { aboutWhom, askedFor, namesNone, secondLine } from "./row-words.ts";

const item =
  "grid grid-cols-[16px_minmax(0,1fr)_auto] items-start gap-x-2.5 border-t border-line-soft py-[9px] text-log first:border-t-0";
const under = "block text-small text-ink-3";

/** What the run changed in the member, or why there is nothing to show. */
export function ChangesTab({ delivery }: { delivery: DeliveryDetail }) {
  const { changes } = delivery;
  if (!changes || !hasChanges(changes)) {
    const [what, why] = noChangesWords(delivery);
    return (
      <>
        <p>
          <b>{what}</b>
        </p>
        <p className="mt-1 text-ink-2">{why}</p>
      </>
    );
  }
  return (
    <>
      <p className="mb-2.5 text-ink-2">
        {changes.created ? "The member was made with this." : "The run changed this in the member."}{" "}
        {delivery.memberId && (
          <Link href={`/members/${delivery.memberId}`} className="link">
            Open member
          </Link>
        )}
      </p>
      <MemberDiff changes={changes} />
    </>
  );
}

/** The last run of what is partly synced went through here, and not at every site. */
const runGlyph = (run: Attempt, isLast: boolean, { status }: Delivery): GlyphName =>
  isLast && status === "partly_synced" && run.status === "synced"
    ? status
    : Object.hasOwn(outcomes, run.status)
      ? (run.status as GlyphName)
      : "dot";

/** Every run this delivery took part in, newest first. */
export function AttemptsTab({ delivery }: { delivery: DeliveryDetail }) {
  const zone = useZone();
  if (delivery.runs.length === 0) return <p className="text-ink-2">No run has taken this one yet.</p>;
  return (
    <ul>
      {delivery.runs.toReversed().map((run, index) => (
        <li key={run.id} className={item}>
          <Glyph name={runGlyph(run, index === 0, delivery)} className="mt-px" />
          <div className="min-w-0">
            <b className="font-medium">Try {run.number}</b>
            {run.ms !== null && <span className="num text-ink-3"> · {duration(run.ms)}</span>}
            <span className={under}>
              {index === 0 ? runSentence(run, delivery) : (run.sentence ?? "It went through.")}
              {index === 0 && delivery.nextRetryAt && ` Next at ${clock(delivery.nextRetryAt, zone)}.`}
            </span>
          </div>
          <ShortWhen at={run.startedAt} className="text-small text-ink-3" />
        </li>
      ))}
    </ul>
  );
}

/** What else came for this contact. */
export function RelatedTab({
  delivery,
  hrefOf,
  onOpen,
}: {
  delivery: DeliveryDetail;
  hrefOf: (id: string) => string;
  onOpen: (id: string) => void;
}) {
  const zone = useZone();
  if (delivery.related.length === 0)
    return (
      <p className="text-ink-2">
        {delivery.contactId
          ? "Nothing else came for this contact."
          : namesNone(delivery)
            ? "It names no contact, so nothing is related."
            : "Its contact was not read, so nothing is related."}
      </p>
    );
  return (
    <ul>
      {delivery.related.map((other: Delivery) => (
        <li key={other.id} className={item}>
          <Glyph name={other.status} className="mt-px" />
          <div className="min-w-0">
            <a
              href={hrefOf(other.id)}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                onOpen(other.id);
              }}
              className="tap font-medium hover:underline"
            >
              {aboutWhom(other)[0]}
            </a>
            <span className={under}>
              {askedFor(other)}, {outcomes[other.status].word.toLowerCase()}: {secondLine(other, zone)}
            </span>
          </div>
          <ShortWhen at={other.receivedAt} className="text-small text-ink-3" />
        </li>
      ))}
    </ul>
  );
}
