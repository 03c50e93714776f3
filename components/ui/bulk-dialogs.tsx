"use client";

import { type ReactNode, useEffect } from "react";
import { count } from "../time/durations.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { useAnnounce } from "./live.tsx";
import { Meter } from "./meter.tsx";
import { Skeleton } from "./skeleton.tsx";
import { useTypedNumber } from "./typed-number.tsx";

/** What many of something came to so far. */
export type BulkRun = { state: string; total: number; done: number; failed: number; waiting: number };

/** Says what would be done with how many, and has a large number typed first; nothing starts before the button. */
export function BulkPlan({
  title,
  act,
  total,
  counting = false,
  error,
  starting,
  onStart,
  onClose,
  children,
}: {
  title: string;
  /** What the button does with the number behind it: "Retry". */
  act: string;
  total: number;
  /** Whether the number is not known yet. */
  counting?: boolean;
  error?: Error | null;
  starting: boolean;
  onStart: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const typed = useTypedNumber(total);
  return (
    <Dialog
      open
      width="narrow"
      onOpenChange={(open) => !open && onClose()}
      title={title}
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>{total === 0 && !counting ? "Close" : "Cancel"}</Button>
          {total > 0 && (
            <Button tone="primary" busy={starting} blocked={typed.blocked} onClick={onStart}>
              {act} {count(total)}
            </Button>
          )}
        </>
      }
    >
      {counting && <Skeleton className="mt-3 w-64" />}
      {error && <p className="mt-1.5 text-bad-ink">{error.message}</p>}
      {children && <p className="mt-1.5 text-ink-2">{children}</p>}
      {typed.field && <div className="mt-4">{typed.field}</div>}
    </Dialog>
  );
}

/** The words of one kind of bulk work. */
export type BulkWords = {
  running: string;
  done: string;
  aborted: string;
  /** "Failed again" */
  failed: string;
  /** Where those that failed say why. */
  whereWhy: string;
};

/** How far it is, in numbers, with the way to stop the rest; then what became of them. */
export function BulkProgress({
  run,
  words,
  error,
  stopping,
  onStop,
  onEnd,
  onClose,
}: {
  /** Undefined until the first answer. */
  run: BulkRun | undefined;
  words: BulkWords;
  error: Error | null;
  stopping: boolean;
  onStop: () => void;
  /** Called once when it has ended. */
  onEnd: () => void;
  onClose: () => void;
}) {
  const announce = useAnnounce();
  const ended = run?.state === "done" || run?.state === "aborted";
  const said = run && ended ? summary(run, words) : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end comes once, whatever the page draws meanwhile
  useEffect(() => {
    if (said === null) return;
    announce(said);
    onEnd();
  }, [said]);
  const title = !run
    ? "Starting"
    : run.state === "done"
      ? words.done
      : run.state === "aborted"
        ? words.aborted
        : words.running;
  return (
    <Dialog
      open
      width="narrow"
      onOpenChange={(open) => !open && onClose()}
      title={title}
      footer={
        <>
          <span className="grow text-small text-ink-3">{!ended && "Closing leaves it running."}</span>
          {run && !ended && (
            <Button danger busy={stopping} onClick={onStop}>
              Stop the rest
            </Button>
          )}
          <Button tone={ended ? "primary" : "plain"} onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {error && <p className="mt-1.5 text-bad-ink">{error.message}</p>}
      {run && <Figures run={run} words={words} />}
    </Dialog>
  );
}

const rest = ({ state }: BulkRun): string => (state === "aborted" ? "Not started" : "Left");

/** "228 of 230 done, 2 failed again" */
const summary = (run: BulkRun, words: BulkWords): string =>
  [
    `${count(run.done)} of ${count(run.total)} done`,
    run.failed > 0 && `${count(run.failed)} ${words.failed.toLowerCase()}`,
    run.waiting > 0 && `${count(run.waiting)} ${rest(run).toLowerCase()}`,
  ]
    .filter(Boolean)
    .join(", ");

function Figures({ run, words }: { run: BulkRun; words: BulkWords }) {
  const whole = Math.max(1, run.total);
  const figures = [
    ["Done", run.done],
    [words.failed, run.failed],
    [rest(run), run.waiting],
  ] as const;
  return (
    <>
      <Meter
        className="mt-4"
        label={summary(run, words)}
        parts={[
          { share: run.done / whole, tone: "ok" },
          { share: run.failed / whole, tone: "bad" },
        ]}
      />
      <dl className="num mt-3 flex gap-8">
        {figures.map(([word, value]) => (
          <div key={word}>
            <dt className="text-small text-ink-3">{word}</dt>
            <dd className="text-figure font-name tracking-[-0.02em]">{count(value)}</dd>
          </div>
        ))}
      </dl>
      {run.state === "done" && (
        <p className="mt-2 text-ink-2">{run.failed === 0 ? "All of them went through." : words.whereWhy}</p>
      )}
      {run.state === "aborted" && (
        <p className="mt-2 text-ink-2">What had started has finished; the others are as they were.</p>
      )}
    </>
  );
}
