import { setTimeout as wait } from "node:timers/promises";

type TrafficOptions = {
  /** Base URL of a running sandbox. */
  sandboxUrl: string;
  /** Where automations send their webhooks, in turn. */
  webhookUrls: readonly string[];
  perSecond: number;
  signal: AbortSignal;
  /** How many of the sandbox's contacts take part. */
  contacts?: number;
};

/** One thing that happens in the account. */
type Event = (
  pull: (path: string, body: unknown) => Promise<void>,
  turn: number,
  contact: number,
) => Promise<void>;

const levels = ["Bronze", "Silver", "Gold"];
const cities = ["Malmö", "Kraków", "Cork", "São Paulo", "京都", "Leeds"];
const tags = ["Member", "VIP", "Lapsed", "[Course] Joinery 07/26", "Hand planes, spring"];
const mishaps = ["500", "429", "empty", "captcha"];

const one = <T>(of: readonly T[], turn: number): T => of[turn % of.length] as T;

const editField: Event = (pull, turn, contact) =>
  pull("edits", {
    contactIds: [contact],
    fields: turn % 2 === 0 ? { MEMBERSHIP_LEVEL: one(levels, turn >> 1) } : { CITY: one(cities, turn >> 1) },
  });

const editTag: Event = (pull, turn, contact) => {
  const tag = one(tags, turn);
  const change = turn % 3 === 0 ? { removeTags: [tag] } : { addTags: [tag] };
  return pull("edits", { contactIds: [contact], source: turn % 2 === 0 ? "admin" : "system", ...change });
};

const automation =
  (urls: readonly string[], spread: number, contacts: number): Event =>
  (pull, turn, contact) => {
    const contactIds = Array.from({ length: spread }, (_, index) => ((contact + index - 1) % contacts) + 1);
    const number = turn % urls.length;
    return pull(`automations/${900 + number}/runs`, { contactIds, url: one(urls, number) });
  };

const mishap: Event = (pull, turn) => pull("faults", { kind: one(mishaps, turn), count: 1 + (turn % 2) });

/** Twenty things in their usual proportion: automations most, edits often, a small flood and a mishap at times. */
function eventsOf(urls: readonly string[], contacts: number): Event[] {
  const single = automation(urls, 1, contacts);
  const flood = automation(urls, Math.min(12, contacts), contacts);
  const rare: Event = (pull, turn, contact) => (turn % 3 === 0 ? mishap : flood)(pull, turn, contact);
  return Array.from({ length: 20 }, (_, index) => {
    if (index === 19) return rare;
    if (index % 5 === 2) return editField;
    return index % 5 === 4 ? editTag : single;
  });
}

/**
 * Lets believable things happen in a sandbox account, `perSecond` of them, until `signal` ends it. The same calls in
 * the same order every time. A sandbox that does not answer is tried again with the next event.
 */
export async function runTraffic(options: TrafficOptions): Promise<void> {
  const { sandboxUrl, webhookUrls, perSecond, signal, contacts = 25 } = options;
  if (webhookUrls.length === 0) throw new Error("Traffic needs at least one webhook URL");
  const events = eventsOf(webhookUrls, contacts);
  const pull = async (path: string, body: unknown) => {
    const answer = await fetch(`${sandboxUrl}/__sandbox/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      signal,
    });
    if (!answer.ok) throw new Error(`The sandbox refused ${path}: ${await answer.text()}`);
  };
  for (let turn = 0; !signal.aborted; turn++) {
    const round = Math.floor(turn / events.length);
    const slot = turn % events.length;
    // Odd strides, so that over the rounds everything happens to everyone.
    const contact = ((round * 7 + slot * 3) % contacts) + 1;
    await one(events, slot)(pull, round + slot, contact).catch((error: unknown) => {
      if (!(error instanceof TypeError) && !signal.aborted) throw error;
    });
    await wait(1000 / perSecond, undefined, { signal }).catch(() => undefined);
  }
}
