import type { Opened } from "../contract.ts";
import type { Reply } from "./http.ts";
import { readPages } from "./pages.ts";
import { shapes, type WireContactTag } from "./wire.ts";

/**
 * All associations of a contact with tags, over as many pages as there are, or the account's 404 for the contact. The
 * reference links the list and does not describe it, so it is read by the rule for all lists: 20 unless asked for more.
 */
export async function readContactTags(
  host: Opened,
  contactId: string,
): Promise<{ status: "ok"; contactTags: WireContactTag[] } | Exclude<Reply, { status: "ok" }>> {
  const path = `contacts/${encodeURIComponent(contactId)}/contactTags`;
  const read = await readPages(host, path, shapes.contactTags, (page) => page.contactTags);
  if (read.status !== "ok") return read;
  return { status: "ok", contactTags: read.pages.flatMap((page) => page.contactTags) };
}
