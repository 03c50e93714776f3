import type { ReactNode } from "react";
import { familyOf, type GlyphName, inkOf } from "./outcomes.ts";

const stroke = {
  fill: "none",
  stroke: "currentColor",
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;
const knock = { ...stroke, stroke: "var(--glyph-ground, var(--surface))" } as const;
const triangle =
  "M8 1.2c.5 0 .9.3 1.2.7l5.6 10.2c.6 1-.1 2.3-1.3 2.3h-11c-1.2 0-1.9-1.3-1.3-2.3l5.6-10.2c.3-.4.7-.7 1.2-.7z";

/** Each outcome has its own outline, so that the picture reads without colour. Full shapes are final or need care. */
const shapes: Record<GlyphName, ReactNode> = {
  queued: <circle cx="8" cy="8" r="6.2" {...stroke} strokeWidth="1.6" strokeDasharray="2.3 2.57" />,
  running: (
    <>
      <circle cx="8" cy="8" r="6.2" {...stroke} strokeOpacity=".28" strokeWidth="1.7" />
      <path d="M8 1.8a6.2 6.2 0 0 1 6.2 6.2" {...stroke} strokeWidth="1.9" />
      <circle cx="8" cy="8" r="2.2" fill="currentColor" />
    </>
  ),
  held: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M6.2 5.2v5.6M9.8 5.2v5.6" {...knock} strokeWidth="1.8" />
    </>
  ),
  synced: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M4.9 8.3l2.1 2.1 4.1-4.5" {...knock} strokeWidth="1.7" />
    </>
  ),
  partly_synced: (
    <>
      <circle cx="8" cy="8" r="6.2" {...stroke} strokeWidth="1.6" />
      <path d="M8 1.8a6.2 6.2 0 0 0 0 12.4z" fill="currentColor" />
    </>
  ),
  failed: (
    <>
      <path d={triangle} fill="currentColor" />
      <path d="M8 5.6v3.6" {...knock} strokeWidth="1.7" />
      <circle cx="8" cy="11.7" r="1" fill={knock.stroke} />
    </>
  ),
  dead: (
    <>
      <path d="M5.1 1h5.8l4.1 4.1v5.8l-4.1 4.1h-5.8l-4.1-4.1v-5.8z" fill="currentColor" />
      <path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" {...knock} strokeWidth="1.7" />
    </>
  ),
  skipped: (
    <>
      <circle cx="8" cy="8" r="6.2" {...stroke} strokeWidth="1.5" />
      <path d="M5.3 8h5.4" {...stroke} strokeWidth="1.6" />
    </>
  ),
  duplicate: (
    <>
      <rect x="1.8" y="4.8" width="9.4" height="9.4" rx="2" {...stroke} strokeWidth="1.5" />
      <path
        d="M5.2 2.6c.3-.5.8-.8 1.4-.8h5.6c1.1 0 2 .9 2 2v5.6c0 .6-.3 1.1-.8 1.4"
        {...stroke}
        strokeWidth="1.5"
      />
    </>
  ),
  filtered: <path d="M1.8 2.6h12.4l-4.8 5.7v5.1l-2.8-1.4v-3.7z" {...stroke} strokeWidth="1.5" />,
  rejected: (
    <>
      <path d="M8 .9l7.1 7.1-7.1 7.1-7.1-7.1z" {...stroke} strokeWidth="1.6" />
      <path d="M5.4 8h5.2" {...stroke} strokeWidth="1.8" />
    </>
  ),
  unreadable: (
    <>
      <rect
        x="1.6"
        y="1.6"
        width="12.8"
        height="12.8"
        rx="2.6"
        {...stroke}
        strokeLinecap="butt"
        strokeWidth="1.5"
        strokeDasharray="2.6 2"
      />
      <path
        d="M6.3 6.4c0-1 .7-1.7 1.7-1.7s1.7.7 1.7 1.6c0 1.3-1.7 1.4-1.7 2.7"
        {...stroke}
        strokeWidth="1.5"
      />
      <circle cx="8" cy="11.3" r=".9" fill="currentColor" />
    </>
  ),
  off: (
    <circle
      cx="8"
      cy="8"
      r="4.2"
      {...stroke}
      strokeLinecap="butt"
      strokeWidth="1.4"
      strokeDasharray="1.8 1.5"
    />
  ),
  paused: (
    <>
      <circle cx="8" cy="8" r="6.2" {...stroke} strokeWidth="1.5" />
      <path d="M6.4 5.8v4.4M9.6 5.8v4.4" {...stroke} strokeWidth="1.6" />
    </>
  ),
  warn: (
    <>
      <path d={triangle} {...stroke} strokeWidth="1.4" />
      <path d="M8 5.8v3.4" {...stroke} strokeWidth="1.6" />
      <circle cx="8" cy="11.6" r=".95" fill="currentColor" />
    </>
  ),
  dot: <circle cx="8" cy="8" r="3.6" fill="currentColor" />,
};

/** A status picture; it is hidden from assistive technology because it always stands with its word. */
export function Glyph({
  name,
  size = 16,
  className = "",
}: {
  name: GlyphName;
  size?: number;
  className?: string;
}) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      className={`block flex-none ${inkOf[familyOf(name)]} ${className}`}
    >
      {shapes[name]}
    </svg>
  );
}
