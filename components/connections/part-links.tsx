/** The decisions of a long page by name, each one jump away; it stays in view on all but phones. */
export function PartLinks({ parts }: { parts: readonly (readonly [id: string, word: string])[] }) {
  return (
    <nav
      aria-label="On this page"
      className="z-2 mt-4 border-b border-line bg-surface sm:sticky sm:top-0 max-sm:-mx-4 max-sm:overflow-x-auto max-sm:px-4"
    >
      <ul className="flex gap-5 text-log whitespace-nowrap max-sm:w-max">
        {parts.map(([id, word]) => (
          <li key={id}>
            <a
              href={`#${id}`}
              className="inline-flex min-h-10 items-center text-ink-2 hover:text-ink hover:underline max-sm:min-h-11"
            >
              {word}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
