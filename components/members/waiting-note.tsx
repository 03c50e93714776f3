"use client";

import type { Delivery } from "#lib/api/delivery-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import { ClockTime, ShortWhen } from "../time/moment.tsx";
import { Note } from "../ui/note.tsx";

/** When the last update did not come through: why, from when the page is, and what happens next. */
export function WaitingNote({ delivery, syncedAt }: { delivery: Delivery; syncedAt: string | null }) {
  const { status, sentence, remedy, nextRetryAt } = delivery;
  if (status !== "failed" && status !== "dead") return null;
  return (
    <Note className="mt-5" glyph={<Glyph name={status} />}>
      <b>{status === "failed" ? "One update is waiting." : "One update did not come through."}</b> {sentence}{" "}
      {syncedAt && (
        <>
          What you see here is from <ShortWhen at={syncedAt} />.{" "}
        </>
      )}
      {nextRetryAt ? (
        <>
          Rollcall tries again at <ClockTime at={nextRetryAt} />; “Refresh from CRM” does it now.
        </>
      ) : (
        remedy
      )}
    </Note>
  );
}
