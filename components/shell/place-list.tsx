"use client";

import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link } from "../navigation/navigation.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Note } from "../ui/note.tsx";
import { PageHead } from "./page.tsx";
import { useBlocked } from "./person.tsx";

/** A page of connections or destinations: a row each, what the first one is for, and the dialog that adds one. */
export function PlaceList<Place extends { id: string }>({
  title,
  lead,
  path,
  add,
  addAtOnce,
  empty,
  error,
  places,
  row,
  dialog,
}: {
  title: string;
  lead: string;
  path: string;
  /** What the button says. */
  add: string;
  addAtOnce: boolean;
  empty: { title: string; text: string };
  /** Why the list could not be read again. */
  error: Error | null;
  places: readonly Place[];
  row: (place: Place) => ReactNode;
  dialog: (onClose: () => void) => ReactNode;
}) {
  const [adding, setAdding] = useState(addAtOnce);
  const blocked = useBlocked("owner");
  const button = (
    <Button
      tone="primary"
      blocked={blocked}
      glyph={<Plus size={15} strokeWidth={1.75} aria-hidden />}
      onClick={() => setAdding(true)}
    >
      {add}
    </Button>
  );
  const close = () => {
    setAdding(false);
    // A reload shows the page, not the dialog again.
    if (addAtOnce) window.history.replaceState(null, "", path);
  };
  return (
    <>
      <PageHead title={title} lead={lead} actions={places.length === 0 ? undefined : button} />
      {error && (
        <Note tone="bad" role="alert" className="mt-5">
          <b>{title} could not be read again.</b> {error.message}
        </Note>
      )}
      <Box className="mt-6">
        {places.length === 0 ? (
          <EmptyState title={empty.title} action={button}>
            {empty.text}
          </EmptyState>
        ) : (
          <ul>
            {places.map((place) => (
              <li
                key={place.id}
                className="relative grid grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-6 gap-y-1.5 border-t border-line-soft px-4 py-3.5 [--glyph-ground:var(--raised)] first:rounded-t-box first:border-t-0 last:rounded-b-box hover:bg-hover max-sm:grid-cols-1"
              >
                {row(place)}
              </li>
            ))}
          </ul>
        )}
      </Box>
      {adding && dialog(close)}
    </>
  );
}

/** One row: the name, which opens its page, what it is, what has happened lately, and how it stands. */
export function PlaceRow({
  href,
  name,
  kind,
  sentence,
  facts,
  latest,
  state,
}: {
  href: string;
  name: string;
  kind: ReactNode;
  /** How it stands, in a sentence. */
  sentence?: string;
  facts: ReactNode;
  latest: ReactNode;
  state: ReactNode;
}) {
  return (
    <>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <h2 className="text-body font-[540]">
          <Link href={href} className="after:absolute after:inset-0 after:content-['']">
            {name}
          </Link>
        </h2>
        <p className="text-small text-ink-3">{kind}</p>
        {sentence && <p className="mt-1 text-fine text-ink-2">{sentence}</p>}
      </div>
      <p className="num text-fine text-ink-2 sm:w-48">
        {facts}
        <span className="block text-small text-ink-3">{latest}</span>
      </p>
      <div className="sm:w-36">{state}</div>
    </>
  );
}
