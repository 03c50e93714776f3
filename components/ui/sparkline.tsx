import { classNames } from "./class-names.ts";

/** A row of bars without axes; `label` is the sentence it stands for. Quiet while nothing happened. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(...values, 0);
  return (
    <span role="img" aria-label={label} className="inline-flex h-5 items-end gap-[1.5px]">
      {values.map((value, index) => (
        <i
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is known by its place alone
          key={index}
          style={{ height: `${most === 0 ? 1.5 : Math.max(1.5, Math.round((value / most) * 18))}px` }}
          className={classNames(
            values.length > 10 ? "w-[3px]" : "w-2",
            "rounded-t-[1px]",
            most === 0 ? "bg-idle-fill" : "bg-[color-mix(in_oklab,var(--accent)_55%,var(--surface))]",
          )}
        />
      ))}
    </span>
  );
}
