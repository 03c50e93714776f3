"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Menu, MenuChoices } from "../ui/menu.tsx";

const choices = [
  { value: "light", label: "Light", glyph: <Sun size={15} strokeWidth={1.75} aria-hidden /> },
  { value: "dark", label: "Dark", glyph: <Moon size={15} strokeWidth={1.75} aria-hidden /> },
  { value: "system", label: "As the system", glyph: <Monitor size={15} strokeWidth={1.75} aria-hidden /> },
];

const aYear = 365 * 24 * 3600;

/** Sets the theme now, and keeps it in a cookie so that the server draws the next page in it. */
function choose(theme: string): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store API is not in every browser yet
  document.cookie = `theme=${theme}; path=/; max-age=${theme === "system" ? 0 : aYear}; samesite=lax`;
}

/** Light, dark, or as the system says. */
export function ThemeMenu({
  trigger,
  side = "top",
}: {
  trigger: ReactElement<Record<string, unknown>>;
  side?: "top" | "bottom";
}) {
  const [theme, setTheme] = useState<string | null>(null);
  const current =
    theme ??
    (typeof document === "undefined" ? "system" : (document.documentElement.dataset.theme ?? "system"));
  return (
    <Menu trigger={trigger} side={side} align={side === "top" ? "start" : "end"}>
      <MenuChoices
        label="Theme"
        value={current}
        items={choices}
        onChange={(next) => {
          choose(next);
          setTheme(next);
        }}
      />
    </Menu>
  );
}
