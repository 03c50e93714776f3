"use client";

import { Clock, Keyboard, LogOut } from "lucide-react";
import type { ReactElement } from "react";
import { signOut } from "../sign-in/sign-in-calls.ts";
import { toggleUtc, useZone } from "../time/zone.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { showFailure } from "../ui/toast.tsx";
import type { Person } from "./person.tsx";

const leave = () => signOut().catch((error: Error) => showFailure("You are still signed in", error.message));

/** Who is signed in, and what only concerns them: keys, time zone, sign out. */
export function UserMenu({
  person,
  trigger,
  onShowKeys,
}: {
  person: Person;
  trigger: ReactElement<Record<string, unknown>>;
  onShowKeys: () => void;
}) {
  const zone = useZone();
  return (
    <Menu trigger={trigger} side="top" align="start">
      <div className="max-w-60 truncate px-2.5 pt-1.5 pb-2 text-small text-ink-3">{person.email}</div>
      <MenuItem onSelect={onShowKeys} glyph={<Keyboard size={15} strokeWidth={1.75} aria-hidden />}>
        Keyboard
      </MenuItem>
      <MenuItem onSelect={toggleUtc} glyph={<Clock size={15} strokeWidth={1.75} aria-hidden />}>
        {zone === "UTC" ? "Show times in my zone" : "Show times in UTC"}
      </MenuItem>
      <MenuItem onSelect={leave} glyph={<LogOut size={15} strokeWidth={1.75} aria-hidden />}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

/** The first letters of a name: "Marta Okafor" is MO. */
export function Avatar({ name }: { name: string }) {
  const letters = name
    .trim()
    .split(/\s+/)
    .map((word) => word[0] ?? "");
  const shown = letters.length > 1 ? [letters[0], letters.at(-1)].join("") : name.trim().slice(0, 2);
  return (
    <span
      aria-hidden
      className="grid size-[26px] flex-none place-items-center rounded-full bg-ink text-[10.5px] font-strong tracking-[.02em] text-canvas"
    >
      {shown.toUpperCase()}
    </span>
  );
}
