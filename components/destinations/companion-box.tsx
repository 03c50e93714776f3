import { Download } from "lucide-react";
import type { SiteTest } from "#lib/api/destination-shapes.ts";
import { Box } from "../ui/box.tsx";
import { buttonClass } from "../ui/button.tsx";

const stateOf = (test: SiteTest | null): string => {
  const check = test?.checks.find(({ name }) => name === "companion");
  if (!check) return "not looked for yet";
  return check.status === "ok" ? "found" : "not found";
};

/** The plug-in that stores tags and fields in WordPress: whether it is there, and how it gets there. */
export function CompanionBox({ test, site }: { test: SiteTest | null; site: string }) {
  const state = stateOf(test);
  return (
    <Box title="Companion plug-in" aside={<span className="text-small text-ink-3">{state}</span>}>
      <div className="border-t border-line-soft px-4 py-3 text-log text-ink-2">
        <p>
          {state === "found"
            ? `Tags and fields are stored on ${site}.`
            : "Users and roles work without it. Tags and fields are stored only with it."}
        </p>
        {state !== "found" && (
          <ol className="mt-2 list-decimal space-y-1 pl-4 marker:text-ink-3">
            <li>Download the file.</li>
            <li>
              Put it into <code className="text-[12px]">wp-content/mu-plugins</code> of the site. It needs no
              activation there.
            </li>
            <li>Test again, then push everyone again.</li>
          </ol>
        )}
        <p className="mt-2">
          With Rollcall’s address and an API token of the scope “site” under Settings, Rollcall in WordPress,
          the site also asks for the latest when a member signs in, and takes one-time sign-in links.
        </p>
        <a
          href="/rollcall-companion.php"
          download="rollcall-companion.php"
          className={`${buttonClass({ size: "small" })} mt-3`}
        >
          <Download size={14} strokeWidth={1.75} aria-hidden />
          Download the plug-in
        </a>
      </div>
    </Box>
  );
}
