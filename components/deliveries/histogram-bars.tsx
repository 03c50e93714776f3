import { type ChartGroup, chartGroups } from "../status/outcomes.ts";
import { type Bucket, cutLabel, type histogramScale } from "./histogram-scale.ts";

type BarsProps = {
  buckets: readonly Bucket[];
  totals: readonly number[];
  scale: ReturnType<typeof histogramScale>;
  hidden: ReadonlySet<ChartGroup>;
};

/** The bars, drawn from the ground up in the order of the legend; a cut one is torn and says its number. */
export function Bars({ buckets, totals, scale, hidden }: BarsProps) {
  const label = cutLabel(scale.cut, totals);
  return (
    <div aria-hidden className="absolute inset-0 flex items-end gap-[1.5px] max-sm:gap-px">
      {buckets.map((bucket, index) => {
        const cut = scale.cut.has(index);
        const whole = cut ? Math.max(1, totals[index] ?? 1) : scale.top;
        return (
          <div
            key={bucket.at}
            className={`relative flex h-full min-w-0 flex-1 flex-col-reverse gap-px ${cut ? "z-2" : ""}`}
          >
            {chartGroups.map((group) =>
              bucket[group.key] > 0 && !hidden.has(group.key) ? (
                <i
                  key={group.key}
                  className={`block min-h-[2px] flex-none rounded-[1px] ${group.fill}`}
                  style={{ height: `calc(${(bucket[group.key] / whole) * 100}% - ${cut ? 1 : 0}px)` }}
                />
              ) : null,
            )}
            {cut && (
              <>
                <span className="absolute top-[13px] -right-[3px] -left-[3px] h-1 -skew-y-[18deg] bg-surface" />
                {label?.at === index && (
                  <span
                    className={`absolute -top-[3px] bg-surface px-[3px] font-name text-micro whitespace-nowrap text-wait-ink ${label.side === "left" ? "right-[calc(100%+7px)]" : "left-[calc(100%+7px)]"}`}
                  >
                    {label.text}
                  </span>
                )}
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}
