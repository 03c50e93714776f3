import type { ReactNode } from "react";
import { Mark } from "../shell/brand.tsx";
import { HopTrack } from "../status/hop-track.tsx";

/** A page outside the console: one narrow column, and that the door stays open. */
export function Gate({
  title,
  lead,
  door = true,
  children,
}: {
  title: ReactNode;
  lead?: ReactNode;
  door?: boolean;
  children: ReactNode;
}) {
  return (
    <main id="main" className="grid min-h-screen grid-rows-[1fr_auto] place-items-center gap-8 p-6">
      <div className="w-[min(372px,100%)]">
        <div className="flex items-center gap-2.5 text-part font-[600] tracking-[-0.012em]">
          <Mark size={28} />
          Rollcall
        </div>
        <h1 className="mt-[26px] text-[25px] tracking-[-0.022em] [overflow-wrap:anywhere]">{title}</h1>
        {lead && <p className="mt-1.5 text-ink-2">{lead}</p>}
        <div className="mt-6">{children}</div>
      </div>
      {door && (
        <p className="flex items-center gap-2.5 text-small text-ink-3">
          <HopTrack status="synced" hop="sites" />
          The door is open: webhooks are received while nobody is signed in.
        </p>
      )}
    </main>
  );
}
