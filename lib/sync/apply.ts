import type { Db } from "#db/client.ts";
import type { Applied, Wish } from "./apply-item.ts";
import { applyTogether } from "./apply-together.ts";
import { findPlace, type Place } from "./find-place.ts";
import type { Run } from "./lease.ts";
import type { ConnectionRow } from "./open-connection.ts";
import { passwordForNew } from "./passwords.ts";
import { StalePlace } from "./plan-change.ts";
import type { ContactView } from "./read-contact.ts";

const duplicateKey = "23505";
const maxTries = 5;

const isDuplicateKey = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  (("code" in error && error.code === duplicateKey) || ("cause" in error && isDuplicateKey(error.cause)));

/**
 * Brings the member of a contact up to date in one transaction, with the difference stored. The member is found by its
 * link, then by e-mail, and made only when the wish allows. Two runs that make the same person at once meet at the
 * unique indexes; the later one starts over and finds the member. Running it twice changes nothing the second time.
 */
export async function applyContact(
  db: Db,
  connection: ConnectionRow,
  view: ContactView,
  wish: Wish,
  run: Pick<Run, "syncId" | "memberId">,
): Promise<Applied> {
  const { contactId, email } = view;
  const { syncId, memberId } = run;
  let hint: Place | null = memberId === null ? null : { memberId, by: "link" };
  for (let tries = 1; ; tries++) {
    const place = hint ?? (await findPlace(db, { connectionId: connection.id, contactId, email }));
    hint = null;
    if (!place && !wish.mayCreate) return { memberId: null };
    const password = place ? null : await passwordForNew(view.password);
    try {
      return await applyTogether(db, { connection, view, wish, syncId, place, password });
    } catch (error) {
      if (!(isDuplicateKey(error) || error instanceof StalePlace) || tries >= maxTries) throw error;
    }
  }
}
