/** Stands in place of text about an erased person. */
export const erasedMark = "[erased]";

const hex = (bytes: Iterable<number>, lead: string): string =>
  Array.from(bytes, (byte) => `${lead}${byte.toString(16).padStart(2, "0")}`).join("");

const special = /[\\^$.|?*+()[\]{}]/;

/** The ways in which one character may be written: as it is, per cent encoded (once or more), or as a JSON or HTML escape. */
function written(character: string): string {
  const both = [...new Set([character.toLowerCase(), character.toUpperCase()])];
  const ways = both.flatMap((letter) => {
    const utf8 = Buffer.from(letter, "utf8");
    const code = letter.codePointAt(0) ?? 0;
    const plain = special.test(letter) ? `\\${letter}` : letter;
    return [
      plain,
      hex(utf8, "%(?:25)*"),
      `[\\\\]+u${code.toString(16).padStart(4, "0")}`,
      `&#(?:0*${code}|x0*${code.toString(16)});`,
      // How encode(…, 'escape') shows a byte beyond ASCII.
      ...(utf8.length > 1 ? [Array.from(utf8, (byte) => `[\\\\]${byte.toString(8)}`).join("")] : []),
    ];
  });
  if (character === " ") ways.push("\\+");
  return `(?:${[...new Set(ways)].join("|")})`;
}

/** An address or name begins where no other word goes on; an escape before it ends in letters but is no word. */
const begins = "(?:(?<![a-z0-9._-])|(?<=%[0-9a-f][0-9a-f])|(?<=u00[0-9a-f][0-9a-f])|(?<=[\\\\][nrtbf]))";
/** It ends before what would make it another one, such as the `.au` after `.com`. */
const ends = "(?![a-z0-9-]|(?:[.]|%2e)[a-z0-9])";
const never = "x(?<!x)";

/**
 * A PostgreSQL regular expression, for text in lower case or the flag `i`, that finds these addresses and names however
 * a URL, a form or JSON wrote them.
 */
export function patternOf(texts: readonly string[]): string {
  const found = texts
    .filter((text) => text.trim() !== "")
    .map((text) => [...text.trim()].map(written).join(""));
  return found.length === 0 ? never : `${begins}(?:${found.join("|")})${ends}`;
}
