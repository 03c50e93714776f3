import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** A lifted ground with an optional title and something at the right of it. */
export function Box({
  title,
  aside,
  className,
  children,
}: {
  title?: ReactNode;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section className={classNames("min-w-0 rounded-box border border-line bg-raised", className)}>
      {title && (
        <header className="flex items-center gap-3 px-4 pt-3.5 pb-3">
          <h2 className="grow text-box tracking-[-0.006em]">{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}
