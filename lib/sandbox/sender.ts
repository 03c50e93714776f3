import { accountNow } from "./clock.ts";
import { automationBody, eventBody } from "./payloads.ts";
import {
  keptSent,
  nextId,
  type SandboxContact,
  type SandboxState,
  type SandboxWebhook,
  type SentWebhook,
  type Source,
  sendsAtOnce,
} from "./state.ts";

/** What a call changes on a contact. Absent is unchanged. */
export type Change = {
  email?: string;
  firstName?: string;
  lastName?: string;
  phone?: string;
  fields?: Map<number, string>;
  list?: number;
};

type Event = { type: string; source: Source; list: number; tag: string | null };

/** Waits for one of the places on the wire; the returned function gives it back. */
async function takePlace({ sending }: SandboxState): Promise<() => void> {
  if (sending.active >= sendsAtOnce) await new Promise<void>((resolve) => sending.waiting.push(resolve));
  else sending.active += 1;
  return () => {
    const next = sending.waiting.shift();
    if (next) next();
    else sending.active -= 1;
  };
}

/** Posts one webhook, once: never repeated, failed after five seconds, and 410 switches it off. */
async function post(
  state: SandboxState,
  url: string,
  body: string,
  about: Pick<SentWebhook, "kind" | "type" | "contactId">,
  onGone: () => void,
): Promise<SentWebhook> {
  const record: SentWebhook = {
    at: new Date().toISOString(),
    url,
    ...about,
    status: "waiting",
    httpStatus: null,
    ms: null,
  };
  state.sent.push(record);
  if (state.sent.length > keptSent) state.sent.shift();
  if (!state.settings.sendsWebhooks) return Object.assign(record, { status: "failed", ms: 0 });
  const giveBack = await takePlace(state);
  const start = performance.now();
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" },
      body,
      redirect: "manual",
      signal: AbortSignal.any([AbortSignal.timeout(state.settings.webhookTimeoutMs), state.stop.signal]),
    });
    await answer.arrayBuffer();
    record.httpStatus = answer.status;
    record.status = answer.ok ? "succeeded" : "failed";
    if (answer.status === 410) onGone();
  } catch {
    record.status = "failed";
  } finally {
    giveBack();
  }
  record.ms = Math.round(performance.now() - start);
  return record;
}

/** `listid` is without effect for tag events. */
function wants(state: SandboxState, webhook: SandboxWebhook, event: Event): boolean {
  const heard =
    event.source === "api" && state.settings.anyUserFiresForApi ? ["api", "admin"] : [event.source];
  const follows = webhook.listid === "0" || event.tag !== null || webhook.listid === String(event.list);
  return (
    webhook.active &&
    webhook.events.includes(event.type) &&
    heard.some((source) => webhook.sources.includes(source)) &&
    follows
  );
}

function announce(state: SandboxState, contact: SandboxContact, event: Event): void {
  for (const webhook of state.webhooks.values()) {
    if (!wants(state, webhook, event)) continue;
    const source =
      event.source === "api" && !webhook.sources.includes("api") ? ("admin" as const) : event.source;
    const body = eventBody(state, contact, { ...event, source, at: accountNow(state) });
    const about = { kind: "event" as const, type: event.type, contactId: contact.id };
    void post(state, webhook.url, body, about, () => {
      webhook.active = false;
    });
  }
}

/** Changes a contact and sends what the account's webhooks listen to. */
export function changeContact(
  state: SandboxState,
  contact: SandboxContact,
  change: Change,
  source: Source,
  type: string,
): void {
  contact.email = change.email ?? contact.email;
  contact.firstName = change.firstName ?? contact.firstName;
  contact.lastName = change.lastName ?? contact.lastName;
  contact.phone = change.phone ?? contact.phone;
  for (const [field, value] of change.fields ?? []) {
    const id = contact.fieldValues.get(field)?.id ?? nextId(state);
    contact.fieldValues.set(field, { id, value });
  }
  contact.updatedAt = accountNow(state);
  const list = change.list ?? (type === "update" ? 0 : (contact.lists.keys().next().value ?? 0));
  announce(state, contact, { type, source, list, tag: null });
}

/** A tag change is seen twice: as the tag event, and as an update. */
function announceTag(
  state: SandboxState,
  contact: SandboxContact,
  tag: number,
  type: string,
  source: Source,
) {
  if (state.settings.tagsMoveUdate) contact.updatedAt = accountNow(state);
  announce(state, contact, { type, source, list: 0, tag: state.tags.get(tag) ?? "" });
  announce(state, contact, { type: "update", source, list: 0, tag: null });
}

/** Tags a contact and sends both webhooks of it; nothing when it has the tag. */
export function tagContact(state: SandboxState, contact: SandboxContact, tag: number, source: Source): void {
  if (contact.tags.has(tag)) return;
  contact.tags.set(tag, nextId(state));
  announceTag(state, contact, tag, "contact_tag_added", source);
}

/** Takes a tag away and sends both webhooks of it; nothing when it has it not. */
export function untagContact(
  state: SandboxState,
  contact: SandboxContact,
  tag: number,
  source: Source,
): void {
  if (!contact.tags.delete(tag)) return;
  announceTag(state, contact, tag, "contact_tag_removed", source);
}

/** Sends the webhook step of an automation for one contact; its record says how the report would show it. */
export function runStep(
  state: SandboxState,
  contact: SandboxContact,
  automation: number,
  url: string,
): Promise<SentWebhook> {
  const about = { kind: "automation" as const, type: String(automation), contactId: contact.id };
  return post(state, url, automationBody(state, contact, automation), about, () => undefined);
}
