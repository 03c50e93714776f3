import type { ReactNode } from "react";
import { Link } from "../navigation/navigation.tsx";
import { classNames } from "../ui/class-names.ts";

/** The content of one page, with the console's gutters. `wide` pages use all the room there is. */
export function Page({ wide = false, children }: { wide?: boolean; children: ReactNode }) {
  return (
    <main
      id="main"
      tabIndex={-1}
      className={classNames(
        "w-full min-w-0 px-8 pt-6 pb-14 outline-none max-xl:px-6 max-sm:px-4 max-sm:pt-4 max-sm:pb-10",
        !wide && "max-w-[1180px]",
      )}
    >
      {children}
    </main>
  );
}

/** The way back up, above the title. */
export function Crumb({ href, word, here }: { href: string; word: string; here: string }) {
  return (
    <nav aria-label="Up" className="cut mb-1.5 text-small text-ink-3 max-sm:-mt-2.5 max-sm:mb-0">
      <Link
        href={href}
        className="hover:text-ink hover:underline max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
      >
        {word}
      </Link>{" "}
      / <span title={here}>{here}</span>
    </nav>
  );
}

/** The title of a page, what stands beside it, its actions at the right, and one line below. */
export function PageHead({
  title,
  beside,
  actions,
  lead,
}: {
  title: ReactNode;
  beside?: ReactNode;
  actions?: ReactNode;
  lead?: ReactNode;
}) {
  return (
    <header className="max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-2">
      <div className="flex min-h-9 items-start gap-x-5 gap-y-2 max-md:flex-wrap max-sm:contents">
        <div className="flex min-h-9 min-w-0 flex-wrap items-center gap-x-3 gap-y-1 max-sm:contents">
          <h1 className="text-title tracking-[-0.018em] [overflow-wrap:anywhere]">{title}</h1>
          {beside}
        </div>
        {actions && (
          <div className="ml-auto flex flex-none flex-wrap justify-end gap-2 max-sm:order-1 max-sm:mt-2 max-sm:ml-0 max-sm:w-full max-sm:[&>*]:flex-1">
            {actions}
          </div>
        )}
      </div>
      {lead && <div className="mt-1 max-w-[84ch] text-ink-2 max-sm:mt-0 max-sm:basis-full">{lead}</div>}
    </header>
  );
}
