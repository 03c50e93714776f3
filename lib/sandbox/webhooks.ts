import {
  type Answer,
  asText,
  created,
  inside,
  missingAttribute,
  noResult,
  ok,
  page,
  type Request,
} from "./answer.ts";
import { accountTime } from "./clock.ts";
import { nextKey, type SandboxState, type SandboxWebhook } from "./state.ts";

/** The 25 names of the documented answer. */
export const webhookEvents =
  "bounce click contact_tag_added contact_tag_removed deal_add deal_note_add deal_pipeline_add deal_stage_add deal_task_add deal_task_complete deal_tasktype_add deal_update forward list_add open reply sent share sms_reply sms_sent sms_unsub subscribe subscriber_note unsubscribe update".split(
    " ",
  );

const webhookObject = (webhook: SandboxWebhook) => ({
  cdate: accountTime(webhook.createdAt),
  listid: webhook.listid,
  name: webhook.name,
  url: webhook.url,
  events: webhook.events,
  sources: webhook.sources,
  state: webhook.active ? "active" : "inactive",
  links: [],
  id: String(webhook.id),
});

const names = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function readWebhook(body: Record<string, unknown>) {
  const input = inside(body, "webhook");
  return {
    name: asText(input.name),
    url: asText(input.url),
    events: names(input.events),
    sources: names(input.sources),
    listid: asText(input.listid) || "0",
  };
}

/** The registered webhooks, with a state. */
export function listWebhooks(state: SandboxState, { query }: Request): Answer {
  const all = [...state.webhooks.values()];
  return ok({ webhooks: page(all, query).map(webhookObject), meta: { total: String(all.length) } });
}

/** Registers a webhook. */
export function postWebhook(state: SandboxState, { body }: Request): Answer {
  const read = readWebhook(body);
  const absent = (["name", "url", "events", "sources"] as const).find((key) => read[key].length === 0);
  if (absent) return missingAttribute(absent);
  const webhook = { ...read, id: nextKey(state.webhooks), active: true, createdAt: new Date() };
  state.webhooks.set(webhook.id, webhook);
  return created({ webhook: webhookObject(webhook) });
}

/** An edit does not bring an inactive webhook back. */
export function putWebhook(state: SandboxState, { body }: Request, id: number): Answer {
  const webhook = state.webhooks.get(id);
  if (!webhook) return noResult("Webhook", id);
  Object.assign(webhook, readWebhook(body));
  return ok({ webhook: webhookObject(webhook) });
}

/** Takes a webhook out. */
export const deleteWebhook = (state: SandboxState, _: Request, id: number): Answer =>
  state.webhooks.delete(id) ? ok({}) : noResult("Webhook", id);

/** The events that can be registered. */
export const listEvents = (): Answer => ok({ webhookEvents, meta: { total: webhookEvents.length } });
