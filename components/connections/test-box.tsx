"use client";

import type { TestReport } from "#lib/api/connection-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import type { GlyphName } from "../status/outcomes.ts";
import { duration } from "../time/durations.ts";
import { ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";

type Check = TestReport["checks"][number];

const glyphs: Record<Check["status"], GlyphName> = {
  ok: "synced",
  warn: "warn",
  failed: "failed",
  needless: "off",
};
const spoken: Record<Check["status"], string> = {
  ok: "fine",
  warn: "works, but read this",
  failed: "failed",
  needless: "not needed",
};

const titles: Record<Check["name"], { fine: string; not: string; needless?: string }> = {
  address: { fine: "Address answers", not: "Address does not answer" },
  token: { fine: "API key accepted", not: "API key refused" },
  sideload: { fine: "Tags and fields come in one call", not: "Tags and fields come one contact at a time" },
  fields: { fine: "Fields can be read", not: "Fields cannot be read" },
  permissions: { fine: "Contacts can be changed", not: "Contacts may not be changed" },
  password_field: {
    fine: "Password field can be written",
    not: "Password field cannot be used",
    needless: "Password field",
  },
  webhook: { fine: "Webhook registered", not: "Webhook is not in order" },
};

const titleOf = ({ name, status }: Check): string => {
  const { fine, not, needless = fine } = titles[name];
  if (status === "needless") return needless;
  return status === "ok" ? fine : not;
};

/** What the last test found, line by line, with how long each took. */
export function TestBox({
  report,
  running,
  onRegister,
  registering,
}: {
  report: TestReport | null;
  running: boolean;
  /** Puts the webhook in order; null when nothing can be put in order. */
  onRegister: (() => void) | null;
  registering: boolean;
}) {
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
      {onRegister && (
        <div className="border-t border-line-soft px-4 py-3">
          <Button size="small" busy={registering} onClick={onRegister}>
            Register the webhook again
          </Button>
        </div>
      )}
    </Box>
  );
}

function CheckRow({ check }: { check: Check }) {
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-start gap-x-2.5 border-t border-line-soft px-4 py-[9px] text-log [--glyph-ground:var(--raised)]">
      <span className="mt-px">
        <Glyph name={glyphs[check.status]} />
        <span className="sr-only">{spoken[check.status]}: </span>
      </span>
      <div>
        {titleOf(check)}
        {check.detail && <p className="text-small leading-[1.45] text-ink-3">{check.detail}</p>}
      </div>
      <span className="num text-small text-ink-3">{check.ms === null ? "" : duration(check.ms)}</span>
    </li>
  );
}
