"use client";

import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from "react";

const storageKey = "rollcall.zone";
const listeners = new Set<() => void>();
const DrawnContext = createContext("UTC");

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

const shownZone = () =>
  window.localStorage.getItem(storageKey) === "utc"
    ? "UTC"
    : Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

function isZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

/** Tells the server with a cookie which zone this browser shows, so that the next page needs no second drawing. */
export function ZoneProvider({ drawnIn, children }: { drawnIn?: string; children: ReactNode }) {
  const drawn = drawnIn && isZone(drawnIn) ? drawnIn : "UTC";
  return (
    <DrawnContext value={drawn}>
      <ZoneCookie />
      {children}
    </DrawnContext>
  );
}

function ZoneCookie() {
  const zone = useZone();
  useEffect(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
    document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
  }, [zone]);
  return null;
}

/** The zone that times are shown in: the person's own, or UTC when chosen. */
export function useZone(): string {
  const drawn = useContext(DrawnContext);
  return useSyncExternalStore(subscribe, shownZone, () => drawn);
}

/** Switches every time on screen between the person's own zone and UTC; kept in this browser. */
export function toggleUtc(): void {
  if (window.localStorage.getItem(storageKey) === "utc") window.localStorage.removeItem(storageKey);
  else window.localStorage.setItem(storageKey, "utc");
  for (const listener of listeners) listener();
}
