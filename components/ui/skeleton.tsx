import { classNames } from "./class-names.ts";

/** A grey bar where text will be; it appears after 300 ms. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={classNames("skeleton block h-3.5", className)} />;
}

/** Rows that keep the rhythm of the list to come. */
export function SkeletonRows({ rows = 6, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no identity and never move
        <div key={row} className="grid gap-2 border-t border-line-soft px-4 py-3.5 first:border-t-0">
          <Skeleton className="w-48 max-w-[60%]" />
          <Skeleton className="h-3 w-80 max-w-[80%]" />
        </div>
      ))}
    </div>
  );
}
