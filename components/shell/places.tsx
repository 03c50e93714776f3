import {
  Activity,
  Bell,
  BookOpenText,
  Gauge,
  KeyRound,
  type LucideIcon,
  Plug,
  Send,
  Settings,
  Users,
} from "lucide-react";

export type Place = { href: string; word: string; Glyph: LucideIcon; key: string | null; group: number };

/** Every page of the console, in the order of the sidebar. `key` follows `g`. */
export const places: readonly Place[] = [
  { href: "/", word: "Overview", Glyph: Gauge, key: "o", group: 0 },
  { href: "/webhooks", word: "Webhooks", Glyph: Activity, key: "w", group: 0 },
  { href: "/members", word: "Members", Glyph: Users, key: "m", group: 0 },
  { href: "/connections", word: "Connections", Glyph: Plug, key: "c", group: 1 },
  { href: "/alerts", word: "Alerts", Glyph: Bell, key: "a", group: 0 },
  { href: "/access-keys", word: "Access keys", Glyph: KeyRound, key: "k", group: 1 },
  { href: "/destinations", word: "Destinations", Glyph: Send, key: "d", group: 1 },
  { href: "/settings", word: "Settings", Glyph: Settings, key: "s", group: 1 },
  { href: "/docs", word: "API docs", Glyph: BookOpenText, key: null, group: 1 },
];

/** Whether a page lies at or under a place. */
export const isAt = (pathname: string, href: string): boolean =>
  href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
