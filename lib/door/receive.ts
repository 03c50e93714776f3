import { crms } from "../crm/registry.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import type { Entrance } from "./admission.ts";
import { accepted, afterWaiting, broken, full, notKept, plain, tooLarge, turnedAway } from "./answer.ts";
import { doorCounters } from "./counters.ts";
import { readRollcallAddress } from "./dialects/rollcall.ts";
import { readWpFusionAddress } from "./dialects/wp-fusion.ts";
import {
  type Address,
  type DoorAnswer,
  type DoorRequest,
  maxBodyBytes,
  type ReadAddress,
} from "./envelope.ts";
import { type KeyEntry, type Refusal, refuse } from "./keys.ts";
import { type NewDelivery, now } from "./new-delivery.ts";
import type { Door } from "./open-door.ts";
import { readForm } from "./pairs.ts";
import { type Asked, readAsked } from "./read-asked.ts";
import { refusedBodyBytes } from "./refusals.ts";
import { shownRequest } from "./shown-request.ts";
import { doorTrouble } from "./trouble.ts";

/** Every URL grammar; a new dialect is a file and a line here. */
const dialects: ReadAddress[] = [readRollcallAddress, readWpFusionAddress];

const weakKeyLength = 22;

function readAddress(target: string): Address | null {
  const cut = target.indexOf("?");
  const path = cut === -1 ? target : target.slice(0, cut);
  const query = cut === -1 ? "" : target.slice(cut + 1);
  const pairs = readForm(query);
  for (const read of dialects) {
    const address = read(path, query, pairs);
    if (address) return address;
  }
  return null;
}

/**
 * Takes one webhook: envelope, key, body, record, answer. An accepted or unreadable delivery is answered after its COMMIT;
 * a refused one at once. When neither database nor disk takes it, or the door holds all it can, the answer is 503,
 * never a 2xx, and never 410, on which ActiveCampaign would switch the webhook off (its webhook documentation).
 */
export async function receive(door: Door, request: DoorRequest): Promise<DoorAnswer> {
  const receivedAt = now();
  const entrance = door.admission.enter();
  const answer = entrance
    ? await take(door, request, entrance, receivedAt).finally(entrance.leave)
    : turnedAwayFull();
  doorCounters.requests.inc({ outcome: answer.outcome ?? String(answer.status) });
  return answer;
}

function turnedAwayFull(): DoorAnswer {
  doorTrouble().refused += 1;
  return full();
}

async function take(
  door: Door,
  request: DoorRequest,
  entrance: Entrance,
  receivedAt: number,
): Promise<DoorAnswer> {
  if (request.method !== "POST" && request.method !== "GET") {
    return {
      ...plain(405, "A webhook is sent with POST, or GET with contact_id."),
      headers: { Allow: "GET, POST" },
    };
  }
  const address = readAddress(request.target);
  if (!address) return plain(404, "There is no webhook at this address.");
  const known = door.keys.known(address.key);
  const entry = known ?? (await lookedUp(door, address.key));
  if (entry === undefined) return notKept();
  const keyAt = now();
  const stranger = turnedAwayAtOnce(door, entry, address, request, keyAt);
  // Strangers get little of the room that all bodies share, and little of the time that reading one takes.
  const body = await request.body(entrance.hold, stranger ? refusedBodyBytes : maxBodyBytes);
  if (body.problem === "full") return turnedAwayFull();
  if (body.problem === "too_large") return tooLarge();
  if (body.problem !== null) return broken();
  const readAt = now();

  const asked = readAsked(address, body.bytes, request, entry ? crms[entry.kind as keyof typeof crms] : null);
  const role = asked.params.role ?? null;
  const refused = stranger ?? refuse(entry, { ...callOf(address, request), role, now: readAt });
  const delivery: NewDelivery = {
    id: uuidv7(Math.floor(receivedAt)),
    receivedAt,
    readMs: readAt - keyAt,
    keyMs: keyAt - receivedAt + now() - readAt,
    connectionId: entry?.connectionId ?? null,
    keyId: entry?.id ?? null,
    ...asked.hint,
    dialect: address.dialect,
    verdict: refused ? "rejected" : asked.problem ? "unreadable" : "accepted",
    reason: refused?.reason ?? asked.problem?.reason ?? null,
    detail: refused?.detail ?? asked.problem?.detail ?? null,
    params: asked.params,
    ...shownRequest(request, address),
    body: refused ? body.bytes.subarray(0, refusedBodyBytes) : body.bytes,
  };
  if (refused) {
    if (door.mayKeepRefusal(readAt)) door.recorder.record(delivery).catch(() => undefined);
    return turnedAway(refused.status, refused.reason, refused.detail);
  }
  return record(door, delivery, asked, Math.max(entry?.waitSeconds ?? 0, asked.params.waitSeconds ?? 0));
}

/** The entry of a key that is not known yet; undefined when nobody can say now. */
const lookedUp = (door: Door, key: string): Promise<KeyEntry | null | undefined> =>
  door.keys.find(key).catch((error) => {
    log.warn({ err: error }, "door.keys_not_read");
    return undefined;
  });

const callOf = (address: Address, request: DoorRequest) => ({
  action: address.action,
  remoteAddress: request.remoteAddress,
});

/** Why a caller is refused whatever its body says; null when that has to be read first. Notes wrong keys. */
function turnedAwayAtOnce(
  door: Door,
  entry: KeyEntry | null,
  address: Address,
  request: DoorRequest,
  now: number,
): Refusal | null {
  const guessing = address.key.length < weakKeyLength && door.guesses.suspicious(request.remoteAddress, now);
  if (!entry) door.guesses.note(request.remoteAddress, address.key, now);
  if (guessing) return { reason: "too_many_calls", detail: request.remoteAddress, status: 429 };
  return refuse(entry, { ...callOf(address, request), role: null, now });
}

async function record(
  door: Door,
  delivery: NewDelivery,
  asked: Asked,
  waitSeconds: number,
): Promise<DoorAnswer> {
  const waits = waitSeconds > 0 && !asked.problem;
  if (waits) delivery.params = { ...delivery.params, waitSeconds };
  const waiting = waits
    ? door.waiter.expect(delivery.id, waitSeconds - (now() - delivery.receivedAt) / 1000)
    : null;
  try {
    await door.recorder.record(delivery);
  } catch (error) {
    waiting?.cancel();
    log.error({ err: error, delivery: delivery.id }, "door.not_recorded");
    return notKept();
  }
  if (asked.problem) return turnedAway(422, asked.problem.reason, asked.problem.detail, delivery.id);
  if (!waiting) {
    doorCounters.answerSeconds.observe((now() - delivery.receivedAt) / 1000);
    return accepted(delivery.id);
  }
  return afterWaiting(door.db, delivery, await waiting.result);
}
