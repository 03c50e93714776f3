import type { Retention, RetentionKind, RetentionPreview } from "#lib/api/retention-shapes.ts";
import { bytes, counted } from "../time/durations.ts";

export type Rules = Record<RetentionKind, number | null>;

/** What each kind is to a site owner. `forever` stands for no number of days. */
export const kindWords: Record<RetentionKind, { title: string; note: string; forever: string }> = {
  deliveries: {
    title: "Webhooks",
    note: "With outcome and bytes. Whole days go at once, so the door never waits.",
    forever: "For ever",
  },
  contents: {
    title: "Contents of webhooks",
    note: "Body, query and headers only; the log keeps the rest, and a retry still works.",
    forever: "With the webhook",
  },
  refused: {
    title: "Rejected and unreadable webhooks",
    note: "What the door turned away, or could not understand.",
    forever: "For ever",
  },
  runs: { title: "Runs", note: "The timeline of each run, with what it changed.", forever: "For ever" },
  timings: { title: "Times at the door", note: "When each group of webhooks was safe.", forever: "For ever" },
  retries: { title: "Bulk retries", note: "Which webhooks a person ran again.", forever: "For ever" },
  member_changes: {
    title: "History of members",
    note: "What changed on a member’s page, and when.",
    forever: "For ever",
  },
  care: {
    title: "Alerts, floods and checks",
    note: "Ended alerts and floods, sweeps, audits and settled drift.",
    forever: "For ever",
  },
  audit: {
    title: "Audit log",
    note: "Who changed what, with past clean-ups and erasures.",
    forever: "For ever",
  },
  key_uses: { title: "Uses of access keys", note: "A count per key and day.", forever: "For ever" },
};

/** The order of the table: webhooks first, what is small last. */
export const kindOrder: readonly RetentionKind[] = [
  "deliveries",
  "contents",
  "refused",
  "runs",
  "timings",
  "retries",
  "member_changes",
  "care",
  "audit",
  "key_uses",
];

/** The rules as they are saved. */
export const rulesOf = ({ items }: Retention): Partial<Rules> =>
  Object.fromEntries(items.map(({ kind, days }) => [kind, days]));

/** Days as they are typed: nothing is for ever; null when it is no number of days that can be. */
export function readDays(typed: string): { days: number | null } | null {
  const text = typed.trim();
  if (text === "") return { days: null };
  const days = Number(text);
  return Number.isInteger(days) && days >= 1 && days <= 3650 ? { days } : null;
}

/** "12,304 rows, about 40 MB"; null when nothing goes. */
export function amountWords(amounts: RetentionPreview["amounts"] | undefined): string | null {
  const all = Object.values(amounts ?? {});
  const rows = all.reduce((sum, one) => sum + one.rows, 0);
  if (rows === 0) return null;
  return `${counted(rows, "row")}, about ${bytes(all.reduce((sum, one) => sum + one.bytes, 0))}`;
}
