"use client";

import { useState } from "react";
import type { MemberDetail } from "#lib/api/member-shapes.ts";
import { MemberDiff } from "../changes/member-diff.tsx";
import { Link } from "../navigation/navigation.tsx";
import { ShortWhen } from "../time/moment.tsx";
import { Segments } from "../ui/segments.tsx";
import { changeTitle, kindsOf } from "./member-words.ts";

type Shown = "all" | "tags" | "fields";

const shownItems: readonly { value: Shown; label: string }[] = [
  { value: "all", label: "All" },
  { value: "tags", label: "Tags" },
  { value: "fields", label: "Fields" },
];

/** What changed, newest first, each with the delivery that brought it. */
export function MemberHistory({ history }: { history: MemberDetail["history"] }) {
  const [shown, setShown] = useState<Shown>("all");
  const entries = history.filter(({ changes }) => shown === "all" || kindsOf(changes)[shown]);
  return (
    <section>
      <header className="mb-3 flex items-center gap-3">
        <h2 className="grow text-box tracking-[-0.006em]">What changed</h2>
        <Segments label="Show" value={shown} onChange={setShown} items={shownItems} />
      </header>
      {entries.length === 0 ? (
        <p className="border-t border-line-soft py-3.5 text-ink-3">
          {history.length === 0 ? "Nothing yet." : "No such change."}
        </p>
      ) : (
        <ul className="text-fine">
          {entries.map(({ id, at, changes, deliveryId }) => (
            <li
              key={id}
              className="grid grid-cols-[84px_minmax(0,1fr)] gap-4 border-t border-line-soft py-3.5 max-sm:grid-cols-1 max-sm:gap-0.5"
            >
              <ShortWhen at={at} className="text-small leading-[1.6] text-ink-3" />
              <div>
                <h3 className="mb-2 flex gap-3 text-fine leading-normal font-[520] max-sm:items-center">
                  <span className="grow">{changeTitle(changes)}</span>
                  {deliveryId && (
                    <Link
                      href={`/webhooks?open=${deliveryId}`}
                      className="link text-small font-label whitespace-nowrap max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
                    >
                      open delivery
                    </Link>
                  )}
                </h3>
                <MemberDiff changes={changes} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
