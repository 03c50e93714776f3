import type { ReactNode } from "react";

/** One decision on a settings page: what it is about, one plain line, and the controls. */
export function Part({
  title,
  lead,
  action,
  first = false,
  children,
}: {
  title: string;
  lead: ReactNode;
  action?: ReactNode;
  first?: boolean;
  children: ReactNode;
}) {
  return (
    <section
      className={`grid grid-cols-[minmax(0,1fr)] gap-3.5 pb-8 ${first ? "pt-5" : "border-t border-line pt-8"}`}
    >
      <header className="flex items-center gap-4">
        <div className="grow">
          <h2 className="text-part tracking-[-0.01em]">{title}</h2>
          <p className="mt-1 max-w-[66ch] text-ink-2">{lead}</p>
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}
