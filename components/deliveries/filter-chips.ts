import { outcomes, statusNames } from "../status/outcomes.ts";
import type { SearchChip, Suggestion } from "../ui/search-field.tsx";
import { type FilterName, type LogFilter, type NamedIds, noFilter, searchFields } from "./log-filter.ts";
import { isView, logViews } from "./log-views.ts";
import { triggerWords } from "./row-words.ts";

/** Filters that links set; nobody types them. */
const byLink = new Set<FilterName>(["reason", "member", "flood", "floods"]);

const nameOf = (list: NamedIds["key"], id: string) => list.find((one) => one.id === id)?.name ?? id;

/** How a set filter reads as a chip. */
function chipValue(name: FilterName, filter: LogFilter, names: NamedIds): string | null {
  const value = filter[name];
  if (value === null) return null;
  if (name === "status")
    return (filter.status ?? []).map((one) => outcomes[one].word.toLowerCase()).join(", ");
  if (name === "next") return filter.next === "none" ? "no next try" : "tried again by itself";
  if (name === "floods") return "left out";
  if (name === "connection" || name === "key" || name === "flood") return nameOf(names[name], String(value));
  if (name === "body") return filter.body;
  return String(value).replaceAll("_", " ");
}

/** The chips of the search field; a status set that is a view already reads as that view. */
export function chipsOf(filter: LogFilter, names: NamedIds): SearchChip[] {
  const chips: SearchChip[] = [];
  for (const name of Object.keys(noFilter) as FilterName[]) {
    if ((name === "status" || name === "next") && logViews.some((view) => isView(view, filter))) continue;
    const value = chipValue(name, filter, names);
    if (value) chips.push({ id: name, field: name === "q" ? "text" : name, value });
  }
  return chips;
}

/** What could be meant by the last word typed: a field, or a value of the field before the colon. */
export function suggestFor(text: string, names: NamedIds): Suggestion[] {
  const last = text.split(/\s+/).at(-1) ?? "";
  const [field, value] = last.split(":", 2);
  if (value === undefined) {
    if (text.trim().includes(" ")) return [];
    return searchFields
      .filter((one) => one.name.startsWith((field ?? "").toLowerCase()) && !byLink.has(one.name))
      .map((one) => ({ text: `${one.name}:`, word: `${one.name}:`, note: one.hint }));
  }
  return valuesOf(field ?? "", names)
    .filter((one) => one.value.toLowerCase().startsWith(value.toLowerCase().replace(/^"/, "")))
    .slice(0, 12)
    .map((one) => {
      const quoted = one.value.includes(" ") ? `"${one.value}"` : one.value;
      return { text: `${field}:${quoted}`, word: `${field}:${one.value}`, note: one.note };
    });
}

function valuesOf(field: string, names: NamedIds): { value: string; note: string }[] {
  if (field === "status")
    return statusNames.map((one) => ({
      value: one,
      note: `${outcomes[one].word}, ${outcomes[one].meaning}`,
    }));
  if (field === "next")
    return [
      { value: "none", note: "not tried again by itself" },
      { value: "planned", note: "tried again by itself" },
    ];
  if (field === "trigger") return Object.entries(triggerWords).map(([value, note]) => ({ value, note }));
  if (field === "action")
    return [
      { value: "add", note: "make a member, or bring one up to date" },
      { value: "update", note: "bring a member up to date" },
      { value: "update_tags", note: "only the tags" },
      { value: "batch_sync", note: "later, many at once" },
      { value: "observe", note: "an event that changes no member" },
    ];
  if (field === "connection" || field === "key")
    return names[field].map((one) => ({ value: one.name, note: "" }));
  return [];
}
