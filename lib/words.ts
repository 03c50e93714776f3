/**
 * The closed sets everything else is named with.
 *
 * delivery: one HTTP request as received, never edited. sync: one run of work for one contact.
 * hop: one of the five places a delivery passes, always in this order.
 */

export const statuses = [
  "queued",
  "held",
  "running",
  "synced",
  "partly_synced",
  "failed",
  "dead",
  "skipped",
  "duplicate",
  "filtered",
  "rejected",
  "unreadable",
] as const;
/** The outcome of a delivery. `failed` will be tried again by itself; `dead` waits for a person. */
export type Status = (typeof statuses)[number];

/** Outcomes that change no more unless a person asks for a retry. */
export const finalStatuses: readonly Status[] = [
  "synced",
  "partly_synced",
  "dead",
  "skipped",
  "duplicate",
  "filtered",
  "rejected",
  "unreadable",
];

/** What a person may run again. A rejected or unreadable delivery names no contact that its key may touch. */
export const retryableStatuses: readonly Status[] = [
  "held",
  "synced",
  "partly_synced",
  "failed",
  "dead",
  "skipped",
  "duplicate",
  "filtered",
];

export const actions = ["add", "update", "update_tags", "batch_sync", "observe"] as const;
/** What a delivery asks for. `batch_sync` updates later, with all others that ask so; `observe` is an event that changes no member (a campaign was opened, a list was made). */
export type Action = (typeof actions)[number];

/** Actions that a URL can name. */
export const urlActions = ["add", "update", "update_tags", "batch_sync"] as const;
export type UrlAction = (typeof urlActions)[number];

export const triggers = ["event", "automation", "person", "unknown"] as const;
export type Trigger = (typeof triggers)[number];

export const modes = ["automation", "event"] as const;
export type Mode = (typeof modes)[number];

export const dialects = ["rollcall", "wp-fusion"] as const;
export type Dialect = (typeof dialects)[number];

export const hops = ["door", "queue", "crm", "member", "sites"] as const;
export type Hop = (typeof hops)[number];

/** Roles a URL or a CRM field can never hand out by itself (WP Fusion forgets this on its update path). */
export const protectedRoles: readonly string[] = ["administrator", "editor"];

/** The slug of a role as a site owner may have typed it: "Gold Member" is `gold-member`, "shop_manager" stays. */
export const roleSlug = (role: string): string =>
  role
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "");
