import {
  createLoader,
  createParser,
  type inferParserType,
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
} from "nuqs/server";
import { statusNames } from "../status/outcomes.ts";
import { type LogFilter, nextNames, triggerNames } from "./log-filter.ts";
import { type LogRange, rangeNames } from "./log-query.ts";

/** A moment in the address; what is not one counts as not given. */
const parseAsMoment = createParser({
  parse: (text) => (Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString()),
  serialize: (moment: string) => moment,
});

export const panelTabs = ["timeline", "request", "changes", "attempts", "related"] as const;

/** Everything the page shows stands in its address, so that a link shows the same to someone else. */
export const logParsers = {
  status: parseAsArrayOf(parseAsStringLiteral(statusNames)),
  next: parseAsStringLiteral(nextNames),
  connection: parseAsString,
  key: parseAsString,
  action: parseAsString,
  trigger: parseAsStringLiteral(triggerNames),
  contact: parseAsString,
  email: parseAsString,
  member: parseAsString,
  reason: parseAsString,
  flood: parseAsString,
  floods: parseAsStringLiteral(["folded"] as const),
  body: parseAsString,
  q: parseAsString,
  range: parseAsStringLiteral(rangeNames).withDefault("24h"),
  from: parseAsMoment,
  to: parseAsMoment,
  open: parseAsString,
  tab: parseAsStringLiteral(panelTabs).withDefault("timeline"),
};

/** Reads the address on the server. */
export const loadLogUrl = createLoader(logParsers);

type LogUrl = inferParserType<typeof logParsers>;

/** The filter and the range of an address; what is open in the page belongs to neither. */
export function splitLogUrl(url: LogUrl): { filter: LogFilter; range: LogRange } {
  const { range, from, to, open: _, tab: __, ...filter } = url;
  return { filter, range: { range, from, to } };
}
