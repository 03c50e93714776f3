"use client";
import { useSyncExternalStore } from "react";

const storageKey = "rollcall.zone";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const wantsUtc = () => window.localStorage.getItem(storageKey) === "utc";

/** The zone that times are shown in: the person's own, or UTC when chosen. The server draws UTC. */
export const useZone = (): string =>
  useSyncExternalStore(
    subscribe,
    () => (wantsUtc() ? "UTC" : ownZone()),
    () => "UTC",
  );

/** Switches every time on screen between the person's own zone and UTC; kept in this browser. */
export function toggleUtc(): void {
  if (wantsUtc()) window.localStorage.removeItem(storageKey);
  else window.localStorage.setItem(storageKey, "utc");
  for (const listener of listeners) listener();
}
