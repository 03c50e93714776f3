import type { ReactNode } from "react";

/** One decision on a settings page: what it is about, one plain line, and the controls. */
export function Part({
  id,
  title,
  lead,
  action,
  first = false,
  children,
}: {
  /** Where a link on the page leads. */
  id?: string;
  title: string;
  lead: ReactNode;
  action?: ReactNode;
  first?: boolean;
  children: ReactNode;
}) {
  return (
    <section
      id={id}
      className={`scroll-mt-9 grid grid-cols-[minmax(0,1fr)] gap-3.5 pb-8 ${first ? "pt-5" : "border-t border-line pt-8"}`}
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
