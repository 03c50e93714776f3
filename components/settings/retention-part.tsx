"use client";

import type { Retention } from "#lib/api/retention-shapes.ts";
import { Part } from "../connections/part.tsx";
import { useBlocked } from "../shell/person.tsx";
import { ClockShort } from "../time/moment.tsx";
import { Note } from "../ui/note.tsx";
import { SaveBar } from "../ui/save-bar.tsx";
import { RetentionTable } from "./retention-table.tsx";
import { amountWords } from "./retention-words.ts";
import type { RetentionDraft } from "./use-retention-draft.ts";

/** How long everything is kept: typed in days, with what goes tonight beside, before anything is saved. */
export function RetentionPart({ retention, draft }: { retention: Retention; draft: RetentionDraft }) {
  const { preview } = draft;
  const goes = amountWords(preview.data?.amounts);
  return (
    <Part
      first
      title="How long things are kept"
      lead="What is older goes in the nightly clean-up. What is still open stays, whatever its age: queued, held, running, failed, or part of a running bulk retry."
    >
      <RetentionTable
        items={retention.items}
        typed={draft.typed}
        blocked={useBlocked("owner")}
        amounts={preview.error ? null : preview.data?.amounts}
        stale={preview.isPlaceholderData}
        onType={draft.type}
      />
      {preview.error && (
        <Note tone="bad" role="alert">
          <b>What goes tonight could not be counted.</b> {preview.error.message}
        </Note>
      )}
      <p role="status" className="text-small text-ink-3">
        {preview.data && (
          <>
            Tonight at <ClockShort at={preview.data.at} />: {goes ?? "nothing goes"}
            {goes && draft.dirty && ", with the times as typed"}.
          </>
        )}
      </p>
    </Part>
  );
}

/** Shown while times are unsaved: what they would remove tonight. */
export function RetentionSaveBar({ draft }: { draft: RetentionDraft }) {
  const blocked = useBlocked("owner");
  const goes = amountWords(draft.preview.data?.amounts);
  const counted = draft.preview.data !== undefined && !draft.preview.isPlaceholderData;
  if (!draft.dirty) return null;
  return (
    <SaveBar
      consequence={
        blocked ?? (counted ? `With these times, ${goes ?? "nothing"} goes tonight.` : "Counting what goes.")
      }
      action="Save times"
      blocked={blocked ?? (draft.wrong ? "One of the times is not 1 to 3,650 days" : null)}
      saving={draft.saving.isPending}
      failure={draft.saving.error?.message ?? null}
      onUndo={draft.undo}
      onSave={() => draft.saving.mutate()}
    />
  );
}
