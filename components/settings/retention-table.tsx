"use client";

import type { Retention, RetentionKind, RetentionPreview } from "#lib/api/retention-shapes.ts";
import { bytes, count } from "../time/durations.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { fieldFrame, fieldInput } from "../ui/text-field.tsx";
import { kindOrder, kindWords, readDays } from "./retention-words.ts";

/** What is kept for how long, and what of each goes tonight. */
export function RetentionTable({
  items,
  typed,
  blocked,
  amounts,
  stale,
  onType,
}: {
  items: Retention["items"];
  typed: Partial<Record<RetentionKind, string>>;
  /** Why the days cannot be changed. */
  blocked: string | null;
  /** Undefined while they are counted, null where they could not be. */
  amounts: RetentionPreview["amounts"] | null | undefined;
  /** The amounts are those of a moment ago. */
  stale: boolean;
  onType: (kind: RetentionKind, text: string) => void;
}) {
  return (
    <table className="w-full text-fine max-sm:block">
      <thead className="max-sm:sr-only">
        <tr className="h-8.5 border-b border-line text-left text-small whitespace-nowrap text-ink-3 [&>th]:font-normal">
          <th>What</th>
          <th className="w-[190px] px-4">Kept for</th>
          <th className="w-[150px] text-right">Goes tonight</th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {kindOrder.map((kind) => {
          const item = items.find((one) => one.kind === kind);
          return (
            item && (
              <tr
                key={kind}
                className="border-b border-line-soft max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_112px] max-sm:items-center max-sm:gap-x-4 max-sm:gap-y-2 max-sm:py-3.5 sm:[&>td]:py-2.5"
              >
                <td className="max-sm:col-span-full">
                  <span className="block font-name">{kindWords[kind].title}</span>
                  <span className="block text-small text-ink-3">{kindWords[kind].note}</span>
                </td>
                <td className="sm:px-4">
                  <Days
                    kind={kind}
                    text={typed[kind] ?? String(item.days ?? "")}
                    blocked={blocked}
                    onType={(text) => onType(kind, text)}
                  />
                </td>
                <td className="num text-right whitespace-nowrap">
                  {amounts === undefined ? (
                    <Skeleton className="ml-auto w-16" />
                  ) : amounts === null ? (
                    <span className="text-ink-3">–</span>
                  ) : (
                    <Goes amount={amounts[kind]} stale={stale} />
                  )}
                </td>
              </tr>
            )
          );
        })}
      </tbody>
    </table>
  );
}

function Days({
  kind,
  text,
  blocked,
  onType,
}: {
  kind: RetentionKind;
  text: string;
  blocked: string | null;
  onType: (text: string) => void;
}) {
  const { title, forever } = kindWords[kind];
  const wrong = readDays(text) === null;
  return (
    <>
      <div className={`${fieldFrame} h-8.5 max-sm:h-11 ${wrong ? "border-bad-ink!" : ""}`}>
        <input
          aria-label={`${title}: days`}
          inputMode="numeric"
          autoComplete="off"
          maxLength={4}
          value={text}
          placeholder={forever}
          readOnly={blocked !== null}
          title={blocked ?? undefined}
          aria-invalid={wrong || undefined}
          aria-describedby={wrong ? `${kind}-days-error` : undefined}
          onChange={(event) => onType(event.target.value)}
          className={`${fieldInput} num placeholder:text-ink-3`}
        />
        {text.trim() !== "" && <span className="text-ink-3">days</span>}
      </div>
      {wrong && (
        <p id={`${kind}-days-error`} className="mt-1 text-small text-bad-ink">
          1 to 3,650, or empty
        </p>
      )}
    </>
  );
}

function Goes({ amount, stale }: { amount: { rows: number; bytes: number } | undefined; stale: boolean }) {
  if (!amount || amount.rows === 0) return <span className="text-ink-3">nothing</span>;
  return (
    <span className={stale ? "text-ink-3" : undefined}>
      {count(amount.rows)} <span className="text-ink-3">· {bytes(amount.bytes)}</span>
    </span>
  );
}
