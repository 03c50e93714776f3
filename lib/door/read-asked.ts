import type { DeliveryParams } from "#db/schema/deliveries.ts";
import type { Crm } from "../crm/contract.ts";
import type { ReasonCode } from "../reasons.ts";
import { type Action, type Trigger, urlActions } from "../words.ts";
import { type Address, type DoorRequest, storable } from "./envelope.ts";
import { firstOf, type Pairs, readBody } from "./pairs.ts";

/** What a delivery asks for, and the hints its body gives. `problem` is why it cannot be understood. */
export type Asked = {
  params: DeliveryParams;
  hint: {
    action: string;
    trigger: Trigger;
    contactId: string | null;
    email: string | null;
    name: string | null;
    event: string | null;
    listId: string | null;
    source: string | null;
  };
  problem: { reason: ReasonCode; detail: string | null } | null;
};

const maxWaitSeconds = 4.5;

const isUrlAction = (text: string): text is (typeof urlActions)[number] =>
  (urlActions as readonly string[]).includes(text);

function readParams(query: Pairs, body: Pairs): DeliveryParams {
  const given = (key: string) => firstOf(query, key) ?? firstOf(body, key);
  const role = given("role")?.trim();
  const wait = Number(given("wait") ?? 0);
  return {
    ...(role ? { role: storable(role, 60) } : {}),
    ...(/^(1|true|yes)$/i.test(given("send_notification") ?? "") ? { sendNotification: true } : {}),
    ...(wait > 0 ? { waitSeconds: Math.min(wait, maxWaitSeconds) } : {}),
  };
}

/** Reads as much of a request as it takes to find action, contact and parameters; the rest waits for the worker. */
export function readAsked(address: Address, bytes: Buffer, request: DoorRequest, crm: Crm | null): Asked {
  const body = readBody(bytes, request.contentType);
  const pairs: Pairs = request.method === "GET" ? address.query : [...body.pairs, ...address.query];
  const read = crm?.readPayload(pairs);
  const limited = (text: string | null | undefined, max: number) => {
    const kept = text ? storable(text.trim(), max) : "";
    return kept === "" ? null : kept;
  };
  const contactId = limited(read?.contactId, 120);
  const email = limited(read?.email, 320);
  const action: Action | null = read?.observe
    ? "observe"
    : isUrlAction(address.action)
      ? address.action
      : null;

  const problem = (): Asked["problem"] => {
    if (!isUrlAction(address.action))
      return { reason: "unknown_action", detail: storable(address.action, 60) };
    if (action === "observe" || contactId || email) return null;
    if (body.kind === "bad_json") return { reason: "bad_json", detail: null };
    return { reason: body.kind === "empty" ? "empty_body" : "no_contact", detail: null };
  };
  return {
    params: readParams(address.query, body.pairs),
    hint: {
      action: action ?? (storable(address.action, 60) || "none"),
      trigger: read?.trigger ?? "unknown",
      contactId,
      email,
      name: limited(read?.name, 200),
      event: limited(read?.event, 60),
      listId: limited(read?.listId, 60),
      source: limited(read?.source, 60),
    },
    problem: problem(),
  };
}
