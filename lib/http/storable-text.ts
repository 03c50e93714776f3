/** A string that cannot be kept: PostgreSQL's text knows no NUL, its JSON no half of a surrogate pair. */
const isStorable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();

/** The path of the first string, or name of a property, that PostgreSQL could not keep; null when there is none. */
export function unstorablePath(value: unknown, path: readonly string[] = []): string | null {
  if (typeof value === "string") return isStorable(value) ? null : path.join(".");
  if (typeof value !== "object" || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    if (!isStorable(name)) return path.join(".");
    const found = unstorablePath(inner, [...path, name]);
    if (found !== null) return found;
  }
  return null;
}
