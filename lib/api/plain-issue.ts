import type { z } from "zod";

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

/** More values than this are not listed in a sentence. */
const mostListed = 24;

const kinds: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
  tuple: "a list",
  date: "a moment",
  null: "null",
  undefined: "left out",
  never: "left out",
};

const formats: Record<string, string> = {
  uuid: "an id (a UUID)",
  guid: "an id (a UUID)",
  email: "an e-mail address",
  url: "a full address that begins with https://",
  datetime: "a moment such as 2026-03-01T12:00:00Z",
  date: "a day such as 2026-03-01",
};

const units: Record<string, readonly [one: string, many: string]> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
  set: ["entry", "entries"],
  map: ["entry", "entries"],
};

const told = (value: unknown): string => (typeof value === "string" ? `“${value}”` : String(value));
const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

const number = (value: number | bigint): string => value.toLocaleString("en");

function bounds(origin: string, bound: number | bigint, words: { size: string; value: string }): string {
  const unit = units[origin];
  if (!unit) return `be ${words.value} ${number(bound)}`;
  return `have ${words.size} ${number(bound)} ${unit[bound === 1 ? 0 : 1]}`;
}

function values(all: readonly unknown[]): string {
  if (all.length > mostListed) return "be one of the values that /api/openapi.json lists";
  return all.length === 1 ? `be ${told(all[0])}` : `be one of ${listed(all.map(told))}`;
}

/** What stands behind "must": of a union that nothing fits, all that its members want. */
function demand(issue: RawIssue | Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `be ${kinds[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return values(issue.values);
    case "too_small":
      if (units[issue.origin] && issue.minimum === 1) return "not be empty";
      return bounds(issue.origin, issue.minimum, {
        size: "at least",
        value: issue.inclusive === false ? "more than" : "at least",
      });
    case "too_big":
      return bounds(issue.origin, issue.maximum, {
        size: "at most",
        value: issue.inclusive === false ? "less than" : "at most",
      });
    case "invalid_format":
      return `be ${formats[issue.format] ?? "in the form that /api/openapi.json shows"}`;
    case "not_multiple_of":
      return `be a multiple of ${number(issue.divisor)}`;
    case "invalid_union":
      if ("options" in issue && Array.isArray(issue.options)) return values(issue.options);
      return listed([...new Set((issue.errors ?? []).flatMap((branch) => branch.slice(0, 1).map(demand)))]);
    default:
      return "be what /api/openapi.json shows";
  }
}

/** An issue of zod as a plain sentence about the field that it stands at: what is expected there. */
export function plainIssue(issue: RawIssue | Issue): string {
  if (issue.code === "unrecognized_keys") {
    const names = listed(issue.keys.map(told)).replace(/ or (?=[^ ]*$)/, " and ");
    return `This takes no ${names}.`;
  }
  const [inner] = "issues" in issue && Array.isArray(issue.issues) ? issue.issues : [];
  if (issue.code === "invalid_key") return `Its name must ${inner ? demand(inner) : "be another"}.`;
  const isMissing = "input" in issue && issue.input === undefined && issue.code !== "custom";
  return `${isMissing ? "This is missing: it" : "This"} must ${demand(issue)}.`;
}
