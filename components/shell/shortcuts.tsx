"use client";

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useNavigation } from "../navigation/navigation.tsx";
import { CheckboxOption } from "../ui/checkbox.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Keys } from "../ui/keys.tsx";
import { places } from "./places.tsx";

const storageKey = "rollcall.shortcuts";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether single keys act; a person can turn them off, for speech input and screen readers. */
export const useShortcutsOn = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => window.localStorage.getItem(storageKey) !== "off",
    () => true,
  );

function setShortcutsOn(on: boolean): void {
  if (on) window.localStorage.removeItem(storageKey);
  else window.localStorage.setItem(storageKey, "off");
  for (const listener of listeners) listener();
}

/** Whether a key press belongs to what the person is typing in, or to an open dialog or menu. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return true;
  const target = event.target instanceof HTMLElement ? event.target : null;
  return Boolean(
    target?.closest(
      "input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]",
    ),
  );
}

/** `g` then a letter goes to a page; `?` lists what keys do. */
function useGoKeys(on: boolean, showList: () => void): void {
  const { go } = useNavigation();
  const pressedG = useRef<number | null>(null);
  useEffect(() => {
    if (!on) return;
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const afterG = pressedG.current !== null && performance.now() - pressedG.current < 1500;
      pressedG.current = !afterG && event.key === "g" ? performance.now() : null;
      if (event.key === "?") showList();
      const place = afterG ? places.find(({ key }) => key === event.key) : undefined;
      if (!place) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      go(place.href);
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [on, go, showList]);
}

const inWebhooks: readonly [string, string][] = [
  ["j k", "Next and previous webhook"],
  ["Enter", "Open it"],
  ["x", "Select it"],
  ["r", "Retry it"],
  ["l", "Live on or off"],
  ["f", "Filter"],
  ["/", "Search"],
  ["Esc", "Close or clear"],
];

/** The keys of the console, what they do, and a switch for those who want none. */
export function Shortcuts({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const on = useShortcutsOn();
  const [showList] = useState(() => () => onOpenChange(true));
  useGoKeys(on, showList);
  const goTo = places
    .filter((place) => place.key)
    .map((place): [string, string] => [`g ${place.key}`, place.word]);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keyboard"
      lead="Keys rest while you type in a field."
    >
      <div className="mt-5 grid gap-x-10 gap-y-6 sm:grid-cols-2">
        <KeyList title="Go to" keys={goTo} />
        <KeyList title="In Webhooks" keys={inWebhooks} />
      </div>
      <div className="mt-5 border-b border-line-soft">
        <CheckboxOption
          title="Use single keys"
          note="Turn off when speech input or another tool presses keys for you."
          checked={on}
          onChange={setShortcutsOn}
        />
      </div>
    </Dialog>
  );
}

function KeyList({ title, keys }: { title: string; keys: readonly [string, string][] }) {
  return (
    <section>
      <h3 className="mb-1 text-box">{title}</h3>
      <dl>
        {keys.map(([key, does]) => (
          <div key={key} className="flex items-center gap-3 border-t border-line-soft py-1.5">
            <dt className="w-16">
              <Keys text={key} />
            </dt>
            <dd className="text-ink-2">{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
