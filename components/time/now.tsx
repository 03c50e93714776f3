"use client";
import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import { ZoneProvider } from "./zone.tsx";

const StartContext = createContext<number | null>(null);

/** For pieces outside a provider: when this code was loaded. */
const loadedMs = Date.now();
let nowMs = 0;
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  nowMs = Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/**
 * Gives a page the moment and the time zone it was drawn with on the server, so that both sides draw the same first
 * words. `zone` is what this browser's cookie said.
 */
export function NowProvider({
  startMs,
  zone,
  children,
}: {
  startMs: number;
  zone?: string;
  children: ReactNode;
}) {
  return (
    <StartContext value={startMs}>
      <ZoneProvider drawnIn={zone}>{children}</ZoneProvider>
    </StartContext>
  );
}

/** Milliseconds since 1970, one tick a second, shared by everything on the page. */
export function useNow(): number {
  const start = useContext(StartContext) ?? loadedMs;
  return useSyncExternalStore(
    subscribe,
    () => nowMs || start,
    () => start,
  );
}
