"use client";

import type { SiteTest } from "#lib/api/destination-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import type { GlyphName } from "../status/outcomes.ts";
import { duration } from "../time/durations.ts";
import { ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";

type Check = SiteTest["checks"][number];

const looks: Record<Check["status"], { glyph: GlyphName; spoken: string }> = {
  ok: { glyph: "synced", spoken: "fine" },
  warn: { glyph: "warn", spoken: "works, but read this" },
  failed: { glyph: "failed", spoken: "failed" },
  needless: { glyph: "off", spoken: "not needed" },
};

const titles: Record<Check["name"], { fine: string; not: string }> = {
  address: { fine: "Address answers", not: "Address does not answer" },
  api: { fine: "API is open", not: "API cannot be used" },
  sign_in: { fine: "Sign-in accepted", not: "Sign-in refused" },
  permissions: { fine: "Users can be changed", not: "Users may not be changed" },
  roles: { fine: "Roles are there", not: "Roles are not in order" },
  companion: { fine: "Companion plug-in found", not: "Companion plug-in not found" },
  delivery: { fine: "Test event accepted", not: "Test event not accepted" },
};

/** What the last test of a destination found, line by line, with how long each took. */
export function SiteTestBox({ report, running }: { report: SiteTest | null; running: boolean }) {
  return (
    <Box
      title="Last test"
      aside={
        report && (
          <span className="num text-small text-ink-3">
            <ShortWhen at={report.at} /> · {duration(report.ms)}
          </span>
        )
      }
    >
      <div
        role="status"
        aria-busy={running}
        className={running ? "opacity-60 transition-opacity" : "transition-opacity"}
      >
        {report ? (
          <ul>
            {report.checks.map((check) => (
              <CheckRow key={check.name} check={check} />
            ))}
          </ul>
        ) : (
          <p className="border-t border-line-soft px-4 py-3 text-log text-ink-2">Not tested yet.</p>
        )}
      </div>
    </Box>
  );
}

function CheckRow({ check }: { check: Check }) {
  const { glyph, spoken } = looks[check.status];
  const { fine, not } = titles[check.name];
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-start gap-x-2.5 border-t border-line-soft px-4 py-[9px] text-log [--glyph-ground:var(--raised)]">
      <span className="mt-px">
        <Glyph name={glyph} />
        <span className="sr-only">{spoken}: </span>
      </span>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        {check.status === "ok" ? fine : not}
        {check.detail && (
          <p className="text-small leading-[1.45] text-ink-3">
            {check.detail.replace(/^Stopped at Sites: /, "")}
          </p>
        )}
      </div>
      <span className="num text-small text-ink-3">{check.ms === null ? "" : duration(check.ms)}</span>
    </li>
  );
}
