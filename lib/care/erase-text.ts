import { type SQL, sql } from "drizzle-orm";

/** Stands in place of text about an erased person. */
export const erasedMark = "[erased]";
const replaced = `\\1${erasedMark}\\2`;

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
const begins = "(^|[^a-z0-9._-]|%[0-9a-f][0-9a-f]|u00[0-9a-f][0-9a-f]|[\\\\][nrtbf])";
/** It ends before what would make it another one, such as the `.au` after `.com`. */
const ends = "($|[^a-z0-9.%-]|[.](?:$|[^a-z0-9])|%(?:$|[^2]|2(?:$|[^e]|e(?:$|[^a-z0-9]))))";

/**
 * A PostgreSQL regular expression, for text in lower case or the flag `i`, that finds this address or name however a
 * URL, a form or JSON wrote it. What stands before and after it are its two groups; looking around was measured twenty
 * times slower.
 */
const patternOf = (texts: readonly string[]): string =>
  `${begins}(?:${texts.map((text) => [...text.trim()].map(written).join("")).join("|")})${ends}`;

/** The longest plain stretch of letters and digits on each side of the @, or of each word: what no encoding changes. */
const stretches = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[@ ]/)
    .map((part) => part.match(/[a-z0-9]+/g)?.sort((a, b) => b.length - a.length)[0] ?? "")
    .filter((part) => part !== "");

/** A letter or digit that somebody encoded although no encoding asks for it. */
const needless = "(?:%(?:25)*|u00)(?:3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])|&#";

/**
 * Whether a text, which must be in lower case, holds one of these addresses or names. Text that lacks their letters is
 * told apart first, which costs a hundredth; `thorough` also looks where somebody encoded letters needlessly.
 */
export function holdsOne(text: SQL, texts: readonly string[], thorough = false): SQL {
  const sought = texts.filter((one) => one.trim() !== "");
  if (sought.length === 0) return sql`false`;
  const likely = sought.map((one) => {
    const parts = stretches(one).map((part) => sql`strpos(t, ${part}) > 0`);
    return parts.length > 0 ? sql`(${sql.join(parts, sql` and `)})` : sql`true`;
  });
  if (thorough) likely.push(sql`t ~ ${needless}`);
  return sql`(select case when ${sql.join(likely, sql` or `)} then t ~ ${patternOf(sought)} else false end
    from (select ${text} as t offset 0) as read)`;
}

/** The same text with every one of these addresses and names replaced by the mark, letter case aside. */
export function withoutThem(text: SQL, texts: readonly string[]): SQL {
  const sought = texts.filter((one) => one.trim() !== "");
  if (sought.length === 0) return text;
  const pattern = patternOf(sought);
  // Twice: of two that share one character between them, the first pass takes the first.
  return sql`regexp_replace(regexp_replace(${text}, ${pattern}, ${replaced}, 'gi'), ${pattern}, ${replaced}, 'gi')`;
}
