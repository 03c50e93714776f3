import { RetryLater } from "../../errors.ts";
import type { WireContact } from "./wire.ts";

const changedLimit = 100;

/** A time with its offset: "2018-09-20T23:13:22-05:00". */
const withOffset = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?([+-]\d{2}:\d{2}|Z)$/;
const withoutZone = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

const asMoment = (text: string): Date | null => {
  const at = new Date(text.replace("-00:00", "Z"));
  return Number.isNaN(at.getTime()) || at.getTime() <= 0 ? null : at;
};

/**
 * When a contact changed last, to the second: `updated_utc_timestamp`, which is UTC without saying so, else `udate` with
 * its offset (API v3 reference; either may be a zero date). Null where neither tells, or a zone would have to be guessed.
 */
export function readChangedAt(contact: Pick<WireContact, "udate" | "updated_utc_timestamp">): Date | null {
  const { udate, updated_utc_timestamp: utc } = contact;
  return (
    (withoutZone.test(utc) ? asMoment(`${utc.replace(" ", "T")}Z`) : null) ??
    (withOffset.test(udate) ? asMoment(udate) : null)
  );
}

/** The offset in which the account writes its times, `Z` as `+00:00`. */
export function readOffset(contact: Pick<WireContact, "udate">): string | null {
  const offset = withOffset.exec(contact.udate)?.[1];
  return offset === undefined ? null : offset === "Z" ? "+00:00" : offset;
}

/**
 * A moment as the account itself writes times. The documentation does not say how a filter's time is read; in the
 * account's own offset it means the same to one that reads the offset and to one that leaves it out.
 */
export function writeMoment(at: Date, offset: string | null): string {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(offset ?? "") ?? [];
  const shift = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === "-" ? -1 : 1);
  const local = new Date(at.getTime() + shift * 60_000).toISOString().slice(0, 19);
  return `${local}${offset ?? "+00:00"}`;
}

/** The query of a page of changes: key-set paging by id, which only `contacts` has (API v3 reference). */
export const changedQuery = (asked: { since: Date; offset: string | null; position: string }) =>
  [
    ["filters[updated_after]", writeMoment(asked.since, asked.offset)],
    ["orders[id]", "ASC"],
    ["id_greater", asked.position],
    ["limit", String(changedLimit)],
  ] as const;

/**
 * Whether contacts follow behind a page. RetryLater("crm_unexpected") when the ids do not rise above the position: an
 * account that leaves out the order or `id_greater` would be read in part, or for ever.
 */
export function hasMore(
  contacts: readonly { id: string }[],
  total: number | undefined,
  position: string,
): boolean {
  let last = BigInt(position);
  for (const { id } of contacts) {
    const now = BigInt(id);
    if (now <= last) throw new RetryLater("crm_unexpected", { detail: "contacts: not ordered by id" });
    last = now;
  }
  if (contacts.length === 0) return false;
  return contacts.length >= changedLimit || (total ?? 0) > contacts.length;
}
