import { RetryLater } from "../../errors.ts";
import type { CrmClient, Opened, RegisteredWebhook, Registration } from "../contract.ts";
import { askApi, callApi } from "./http.ts";
import { readAll } from "./pages.ts";
import { readAs, shapes, type WireWebhook } from "./wire.ts";

/** Other Rollcalls and connections may share the account, so the name holds the webhook's host and the connection. */
const ourName = ({ url, label }: Registration) =>
  `Rollcall at ${new URL(url).host}, ${label} (managed, do not edit)`;

/** The name of the field that says so is not documented: any of these may, and where none does, it is active. */
const isActive = ({ state, status, active }: WireWebhook) =>
  ![state, status, active].some((said) => /^(inactive|disabled|paused|false|0)$/i.test(said));

const asRegistered = (webhook: WireWebhook): RegisteredWebhook => ({
  id: webhook.id,
  name: webhook.name,
  url: webhook.url,
  events: webhook.events,
  sources: webhook.sources,
  listId: webhook.listid === "" || webhook.listid === "0" ? null : webhook.listid,
  active: isActive(webhook),
});

/** The webhooks that live in the account's settings, Rollcall's and others'. */
export async function readWebhooks(host: Opened): Promise<RegisteredWebhook[]> {
  const pages = await readAll(host, "webhooks", shapes.webhooks, (page) => page.webhooks);
  return pages.flatMap((page) => page.webhooks.map(asRegistered));
}

/** Registers Rollcall's webhook in the account, and takes it out. */
export function openRegistration(host: Opened): Pick<CrmClient, "registered" | "register" | "unregister"> {
  async function registered(wanted: Registration, knownId: string | null): Promise<RegisteredWebhook | null> {
    const there = await readWebhooks(host);
    return (
      there.find(({ id }) => id === knownId) ??
      there.find(({ url }) => url === wanted.url) ??
      there.find(({ name }) => name === ourName(wanted)) ??
      null
    );
  }

  async function unregister(id: string): Promise<void> {
    const reply = await callApi(host, { method: "DELETE", path: `webhooks/${encodeURIComponent(id)}` });
    if (reply.status === "refused") throw new RetryLater("crm_unexpected", { detail: reply.message });
  }

  async function write(wanted: Registration, id: string | null): Promise<RegisteredWebhook> {
    const { events, sources, url } = wanted;
    const webhook = { name: ourName(wanted), url, events, sources, listid: wanted.listId ?? "0" };
    const call =
      id === null
        ? ({ method: "POST", path: "webhooks" } as const)
        : ({ method: "PUT", path: `webhooks/${id}` } as const);
    const json = await askApi(host, { ...call, body: { webhook } });
    return asRegistered(readAs(shapes.webhook, json, "webhooks").webhook);
  }

  return {
    registered,
    unregister,
    async register(wanted, knownId) {
      const adopted = await registered(wanted, knownId);
      if (!adopted) return write(wanted, null);
      // An inactive webhook does not come back by an edit: "delete it and recreate it" (webhook documentation).
      if (adopted.active) return write(wanted, adopted.id);
      await unregister(adopted.id);
      return write(wanted, null);
    },
  };
}
