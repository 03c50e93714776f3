/** Key and value in wire order; keys keep their brackets, so `contact[fields][7]` never loses its id. */
export type Pairs = readonly (readonly [string, string])[];

/** More pairs than any CRM sends; what lies behind stays in the stored bytes. */
const maxPairs = 5_000;
const maxDepth = 20;

export type ReadBody = { kind: "empty" | "form" | "json" | "bare_id" | "bad_json"; pairs: Pairs };

/** One name or value of a form. Most hold no escape at all, which spares them the decoder. */
function decoded(text: string): string {
  if (!text.includes("%")) return text.includes("+") ? text.replaceAll("+", " ") : text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    // Escapes that are no UTF-8: URLSearchParams says what browsers and PHP make of them.
    return new URLSearchParams(`a=${text}`).get("a") ?? text;
  }
}

/** Names that were decoded before: a CRM sends the same few with every webhook. Bounded, so that junk costs little. */
const names = new Map<string, string>();
const mostNames = 500;
const longestName = 80;

function decodedName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= mostNames || text.length > longestName) return decoded(text);
  // A copy: V8 keeps the whole body alive behind a piece of it.
  const own = Buffer.from(text).toString();
  const name = decoded(own);
  names.set(own, name);
  return name;
}

/** Reads a urlencoded text flat, as URLSearchParams does. Never throws; broken escapes stay as they are written. */
export function readForm(text: string): Pairs {
  const pairs: [string, string][] = [];
  for (let from = 0; from < text.length && pairs.length < maxPairs; ) {
    const found = text.indexOf("&", from);
    const end = found === -1 ? text.length : found;
    const equals = text.indexOf("=", from);
    if (equals !== -1 && equals < end) {
      pairs.push([decodedName(text.slice(from, equals)), decoded(text.slice(equals + 1, end))]);
    } else if (end > from) pairs.push([decodedName(text.slice(from, end)), ""]);
    from = end + 1;
  }
  return pairs;
}

/**
 * Reads a body of any kind a CRM sends: a form, JSON (flattened to the same bracket keys), or a bare contact id as
 * Ontraport posts it, with or without a newline after it. Never throws.
 */
export function readBody(bytes: Buffer, contentType: string): ReadBody {
  const text = bytes.toString("utf8").trim();
  if (text === "") return { kind: "empty", pairs: [] };
  if (/\bjson\b/i.test(contentType) || text.startsWith("{") || text.startsWith("[")) {
    return readJson(text) ?? { kind: "bad_json", pairs: readForm(text) };
  }
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return { kind: "bare_id", pairs: [["contact_id", text]] };
  return { kind: "form", pairs: readForm(text) };
}

/** The decoded pairs of a stored body, in wire order. */
export const readPairs = (bytes: Buffer, contentType: string): Pairs => readBody(bytes, contentType).pairs;

function readJson(text: string): ReadBody | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value === "number" || typeof value === "string") {
    return { kind: "bare_id", pairs: [["contact_id", String(value).trim()]] };
  }
  return { kind: "json", pairs: flattened(value) };
}

/** The values of a JSON text with the bracket keys of a form. Empty objects and lists count too: they cost the same. */
function flattened(whole: unknown): [string, string][] {
  const pairs: [string, string][] = [];
  let seen = 0;
  const visit = (value: unknown, key: string, depth: number): void => {
    if (typeof value === "object" && value !== null) {
      for (const name in value) {
        seen += 1;
        if (seen > maxPairs || depth >= maxDepth) return;
        visit(value[name as keyof typeof value], key === "" ? name : `${key}[${name}]`, depth + 1);
      }
    } else if (key !== "") pairs.push([key, value === null || value === undefined ? "" : String(value)]);
  };
  visit(whole, "", 0);
  return pairs;
}

/** The first value of a key. */
export function firstOf(pairs: Pairs, key: string): string | null {
  for (const [name, value] of pairs) if (name === key) return value;
  return null;
}
