import type { MemberChanges } from "#db/schema/syncs.ts";
import type { Place } from "./find-place.ts";
import type { ConnectionRow } from "./open-connection.ts";
import type { NewPassword } from "./passwords.ts";
import type { ContactView } from "./read-contact.ts";

/** What the waiting deliveries of one contact ask for together. */
export type Wish = {
  mayCreate: boolean;
  /** Only tags are brought up to date (WP Fusion's `update_tags`). */
  tagsOnly: boolean;
  role: string | null;
  sendNotification: boolean;
};

/** What is owed to a member beyond the directory. */
export type Owed = { password: boolean; mail: boolean };

export type Applied =
  | { memberId: string; changes: MemberChanges; changed: boolean; owed: Owed }
  | { memberId: null };

/** One contact to apply, with the place that its member had a moment ago. */
export type Item = {
  connection: ConnectionRow;
  view: ContactView;
  wish: Wish;
  syncId: string;
  place: Place | null;
  /** For a member to be made. */
  password: NewPassword | null;
};
