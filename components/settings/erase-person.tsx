"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ErasurePreview, ErasureSubject } from "#lib/api/erasure-shapes.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Meter } from "../ui/meter.tsx";
import { Note } from "../ui/note.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { TextField } from "../ui/text-field.tsx";
import { erasedWords } from "./erase-words.ts";
import { ErasedSites } from "./erased-sites.tsx";
import { erasurePreviewQuery, erasureQuery, startErasure } from "./settings-queries.ts";

/** Erases a person: who it is and what goes, the address typed to confirm, then how far it is. */
export function ErasePerson({
  subject,
  onClose,
  onErased,
}: {
  subject: ErasureSubject;
  onClose: () => void;
  /** Called when the dialog closes after the person is gone. */
  onErased?: () => void;
}) {
  const [erasureId, setErasureId] = useState<string | null>(null);
  return erasureId === null ? (
    <Plan subject={subject} onStart={setErasureId} onClose={onClose} />
  ) : (
    <Progress
      id={erasureId}
      onClose={() => {
        onClose();
        onErased?.();
      }}
    />
  );
}

type PlanProps = { subject: ErasureSubject; onStart: (id: string) => void; onClose: () => void };

function Plan({ subject, onStart, onClose }: PlanProps) {
  const preview = useQuery(erasurePreviewQuery(subject));
  const [typed, setTyped] = useState("");
  const starting = useMutation({
    mutationFn: () => startErasure(subject, typed),
    onSuccess: ({ id }) => onStart(id),
  });
  const wanted = preview.data?.confirm;
  const right = wanted !== undefined && typed.trim().toLowerCase() === wanted.toLowerCase();
  return (
    <FormDialog
      width="normal"
      title="Erase this person"
      lead="Everything Rollcall keeps about them goes for good. It cannot be undone."
      action="Erase for good"
      danger
      blocked={right ? null : wanted ? `Type ${wanted} to go on` : "Rollcall is still looking"}
      busy={starting.isPending}
      failed="Not erased."
      failure={preview.error ?? starting.error}
      onClose={onClose}
      onSubmit={() => right && starting.mutate()}
    >
      {preview.isPending && <Skeleton className="w-64" />}
      {preview.data && <Found preview={preview.data} />}
      {wanted !== undefined && (
        <TextField
          label={`Type ${wanted} to confirm`}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </FormDialog>
  );
}

function Found({ preview }: { preview: ErasurePreview }) {
  const { emails, names, contacts, counts, complete, consoleUser } = preview;
  const rows = erasedWords(counts);
  const facts: [string, string][] = [
    ["Addresses", emails.join(", ")],
    ["Names", names.join(", ")],
    ["Contacts", contacts.map(({ contactId }) => contactId).join(", ")],
    ["What goes", rows.length > 0 ? rows.join(", ") : "nothing was found"],
  ];
  return (
    <>
      <dl className="text-fine">
        {facts
          .filter(([, value]) => value !== "")
          .map(([word, value]) => (
            <div
              key={word}
              className="grid grid-cols-[96px_minmax(0,1fr)] gap-3 border-t border-line-soft py-2 last:border-b"
            >
              <dt className="text-ink-3">{word}</dt>
              <dd className="[overflow-wrap:anywhere]">{value}</dd>
            </div>
          ))}
      </dl>
      {!complete && (
        <Note>
          Only the newest webhooks were searched for this list. The erasure looks through all of them.
        </Note>
      )}
      {consoleUser && (
        <Note tone="wait">
          <b>This address also signs in to this console.</b> That account stays.
        </Note>
      )}
      <Note tone="wait">
        <b>The CRM still has them.</b> Delete the contact there as well, or its next webhook brings the person
        back. Your sites are told, and you see which of them could not be reached. Backups, log files and
        webhooks that wait on a server’s disk while the database is away are not reached.
      </Note>
    </>
  );
}

function Progress({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const { data, error } = useQuery(erasureQuery(id));
  const done = data?.state === "done";
  useEffect(() => {
    if (done) void queries.invalidateQueries({ queryKey: ["erasures"], exact: true });
  }, [done, queries]);
  const share = data?.progress ?? 0;
  const words = erasedWords(data?.counts ?? {});
  return (
    <Dialog
      open
      width="narrow"
      onOpenChange={(open) => !open && onClose()}
      title={done ? "Erased" : "Erasing"}
      footer={
        <>
          <span className="grow text-small text-ink-3">{!done && "Closing leaves it running."}</span>
          <Button tone={done ? "primary" : "plain"} onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {!done && (
        <Meter
          className="mt-4"
          label={`${Math.round(share * 100)} percent done`}
          parts={[{ share, tone: "go" }]}
        />
      )}
      <p role="status" className="mt-3 text-ink-2">
        {error
          ? error.message
          : done
            ? `${words.length > 0 ? words.join(", ") : "Nothing was left to erase"}. Nothing here names this person any more.`
            : "A worker looks through every webhook that is kept. That can take some minutes."}
      </p>
      <ErasedSites sites={data?.sites ?? []} />
    </Dialog>
  );
}
