"use client";

import { Switch } from "@base-ui/react/switch";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useId, useState } from "react";

const AnnounceContext = createContext<(text: string) => void>(() => {});

/** One polite live region for a page; what is announced inside it is read once. */
export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ text: "", turn: 0 });
  const announce = useCallback((text: string) => setSaid((before) => ({ text, turn: before.turn + 1 })), []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div role="status" className="sr-only">
        {/* A new element each time, so that the same words are read again. */}
        <span key={said.turn}>{said.text}</span>
      </div>
    </AnnounceContext>
  );
}

/** Says something to assistive technology. */
export const useAnnounce = () => useContext(AnnounceContext);

export type LiveState = "live" | "waiting" | "off" | "lost";

const dots: Record<LiveState, string> = {
  live: "pulse-dot",
  waiting: "size-2 rounded-full bg-accent ring-2 ring-accent-line",
  off: "size-2 rounded-full shadow-[inset_0_0_0_1.5px_var(--line-strong)]",
  lost: "size-2 rounded-full bg-wait-fill ring-2 ring-wait-line",
};

/** On while new things are asked for; its dot pulses, stands still while waiting, and turns amber when cut off. */
export function LiveSwitch({ state, onChange }: { state: LiveState; onChange: (on: boolean) => void }) {
  const id = useId();
  return (
    <label htmlFor={id} className="inline-flex items-center gap-2 px-1 text-fine font-medium max-sm:min-h-11">
      <span aria-hidden className={dots[state]} />
      <span id={`${id}-word`}>Live</span>
      <Switch.Root
        id={id}
        aria-labelledby={`${id}-word`}
        checked={state !== "off"}
        onCheckedChange={onChange}
        className="relative h-[18px] w-[30px] flex-none rounded-full bg-line-strong transition-colors duration-(--calm) data-checked:bg-accent"
      >
        <Switch.Thumb className="absolute top-0.5 left-0.5 size-3.5 rounded-full bg-raised transition-[translate] duration-(--calm) data-checked:translate-x-3 data-checked:bg-accent-on" />
      </Switch.Root>
    </label>
  );
}

/** The same text, changed at most every `everyMs`, so that a busy hour does not chatter. */
function useSlowed(text: string, everyMs: number): string {
  const [shown, setShown] = useState({ text, at: 0 });
  useEffect(() => {
    if (text === shown.text) return;
    const wait = Math.max(0, shown.at + everyMs - Date.now());
    const timer = setTimeout(() => setShown({ text, at: Date.now() }), wait);
    return () => clearTimeout(timer);
  }, [text, shown, everyMs]);
  return shown.text;
}

/**
 * New rows wait on this line instead of pushing the list, and it keeps its room when there are none. What it says is
 * read at most every 5 s.
 */
export function LiveLine({
  state,
  fresh,
  why,
  onShow,
}: {
  state: LiveState;
  /** "12 new"; null when nothing waits. */
  fresh: string | null;
  /** Why they wait, when there is more to say than that they are new. */
  why: string | null;
  onShow: () => void;
}) {
  const lost = "Live updates stopped. Trying again.";
  const said = useSlowed(
    state === "lost"
      ? lost
      : fresh
        ? `${fresh}${why ? `, ${why}` : ""}`
        : state === "off"
          ? "Live is off."
          : "",
    5000,
  );
  return (
    <div className="mt-1.5 flex min-h-9 items-center gap-[9px] pr-1 pl-[11px] text-log max-sm:min-h-12">
      {state === "lost" ? (
        <span aria-hidden className="text-wait-ink">
          {lost}
        </span>
      ) : fresh ? (
        <>
          <b className="num text-accent">{fresh}</b>
          {why && <span className="cut text-ink-2 max-sm:hidden">{why}</span>}
          <span className="grow" />
          <button
            type="button"
            onClick={onShow}
            className="h-7 rounded-control px-2.5 text-small font-medium hover:bg-hover max-sm:h-11 max-sm:text-[15px]"
          >
            Show them
          </button>
        </>
      ) : (
        <span className="text-small text-ink-3">
          {state === "off" ? "Live is off: what arrives now is not shown." : "Nothing newer."}
        </span>
      )}
      <span role="status" className="sr-only">
        {said}
      </span>
    </div>
  );
}
