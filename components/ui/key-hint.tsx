import { classNames } from "./class-names.ts";

/** The key that does the same; not drawn on phones. */
export function KeyHint({ keys, onFilled = false }: { keys: string; onFilled?: boolean }) {
  return (
    <kbd
      aria-hidden
      className={classNames(
        "inline-block min-w-[17px] rounded-chip px-1 text-center text-[10.5px] leading-4 font-medium max-sm:hidden",
        onFilled
          ? "shadow-[inset_0_0_0_1px_color-mix(in_oklab,currentColor_40%,transparent)]"
          : "bg-surface text-ink-3 shadow-[inset_0_0_0_1px_var(--line)]",
      )}
    >
      {keys}
    </kbd>
  );
}
