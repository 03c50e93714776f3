import { classNames } from "./class-names.ts";

const fills = { go: "bg-accent", wait: "bg-wait-fill hatch", ok: "bg-ok-fill", bad: "bg-bad-fill" };

/** A share of a whole, with the sentence it stands for; `parts` are between 0 and 1 and together at most 1. */
export function Meter({
  label,
  parts,
  className,
}: {
  label: string;
  parts: readonly { share: number; tone: keyof typeof fills }[];
  className?: string;
}) {
  return (
    <div
      role="img"
      aria-label={label}
      className={classNames(
        "flex h-1.5 overflow-hidden rounded-[3px] bg-idle-soft shadow-[inset_0_0_0_1px_var(--line)]",
        className,
      )}
    >
      {parts.map((part) => (
        <i
          key={part.tone}
          className={fills[part.tone]}
          style={{ width: `${Math.min(1, Math.max(0, part.share)) * 100}%` }}
        />
      ))}
    </div>
  );
}
