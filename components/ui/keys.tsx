/** Keys as they stand on a keyboard; a space separates two. */
export function Keys({ text }: { text: string }) {
  return text.split(" ").map((key) => (
    <kbd
      key={key}
      className="mr-1 inline-block min-w-[17px] rounded-chip bg-surface px-1 text-center text-[10.5px] leading-4 font-medium text-ink-3 shadow-[inset_0_0_0_1px_var(--line)]"
    >
      {key}
    </kbd>
  ));
}
