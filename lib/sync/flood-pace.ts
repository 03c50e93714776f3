/** What decides how fast a connection's contacts can be read. */
export type Pace = {
  sideload: "unknown" | "yes" | "no";
  callsPerSecond: number;
  callsPerMinute: number | null;
};

/** Most contacts that one call of the CRM's list can name (ActiveCampaign's paging limit). */
export const fullBatch = 100;
/** Without the sideload a contact takes two documented calls: itself with its tags, and its field values. */
export const callsEach = 2;

/** Calls that reading so many contacts takes: a hundred a call with the sideload, two each without. */
export const callsFor = (pace: Pick<Pace, "sideload">, contacts: number): number =>
  pace.sideload === "no" ? contacts * callsEach : Math.ceil(contacts / fullBatch);

/** Contacts a second that the account's limits allow. */
export function contactsPerSecond(pace: Pace): number {
  const calls = Math.min(pace.callsPerSecond, (pace.callsPerMinute ?? Number.POSITIVE_INFINITY) / 60);
  return pace.sideload === "no" ? calls / callsEach : calls * fullBatch;
}

/**
 * Contacts that are worked on together: a full call with the sideload; without it, what the budget reads in about a
 * second, so that a person's call never waits behind more than that.
 */
export const batchOf = (pace: Pace): number =>
  pace.sideload === "no" ? Math.max(1, Math.ceil(contactsPerSecond(pace))) : fullBatch;

/**
 * Runs of a connection that may be under way at a time outside floods: any number where they share calls; without the
 * sideload what the budget bears, so that the calls of a person or a new member stand behind a second's worth at most.
 */
export const everydayRuns = (pace: Pace): number =>
  pace.sideload === "no" ? Math.max(2, pace.callsPerSecond) : Number.POSITIVE_INFINITY;

/**
 * How long, in milliseconds, fewer contacts than a call takes wait for more while their flood still comes: two calls' worth
 * of the account's time, which costs nothing. No time where a contact takes calls of its own.
 */
export const fillMs = (pace: Pace): number =>
  pace.sideload === "no" ? 0 : (2_000 * fullBatch) / contactsPerSecond(pace);
