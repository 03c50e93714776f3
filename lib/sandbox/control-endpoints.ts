import { z } from "zod";
import type { Control } from "./control.ts";
import type { SandboxState } from "./state.ts";

const faultKinds = [
  "500",
  "429",
  "429-bare",
  "429-date",
  "empty",
  "captcha",
  "hang",
  "drip",
  "403",
  "402",
  "soft-failure",
] as const;
const ids = z.array(z.coerce.number().int()).optional();
const edit = z.object({
  contactIds: ids,
  source: z.enum(["public", "admin", "api", "system"]).optional(),
  email: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  phone: z.string().optional(),
  fields: z.record(z.string(), z.string()).optional(),
  addTags: z.array(z.string()).optional(),
  removeTags: z.array(z.string()).optional(),
});
const settings = z
  .object({
    apiToken: z.string(),
    callsPerSecond: z.number(),
    retryAfterSeconds: z.number(),
    latencyMs: z.number(),
    sideload: z.boolean(),
    anyUserFiresForApi: z.boolean(),
    webhookTimeoutMs: z.number(),
    sendsWebhooks: z.boolean(),
    clockSkewMs: z.number(),
    tagsMoveUdate: z.boolean(),
    filterMisreadMinutes: z.number(),
  })
  .partial();
const run = z.object({ contactIds: ids, url: z.string().optional(), wait: z.boolean().optional() });

/**
 * The levers over HTTP, under `/__sandbox/`. `contactIds` left out means every contact. `runs` answers at once unless
 * `wait` is set.
 */
export async function answerControl(
  state: SandboxState,
  control: Control,
  method: string,
  path: string,
  body: unknown,
): Promise<unknown> {
  const all = () => [...state.contacts.values()].filter(({ deleted }) => !deleted).map(({ id }) => id);
  const given = body ?? {};
  const automation = /^automations\/(\d+)\/runs$/.exec(path)?.[1];
  if (method === "POST" && automation) {
    const { contactIds = all(), url, wait } = run.parse(given);
    const sent = control.runAutomation(Number(automation), contactIds, url);
    return { asked: contactIds.length, ...(wait ? { webhooks: await sent } : {}) };
  }
  switch (`${method} ${path}`) {
    case "GET calls":
      return control.calls();
    case "GET webhooks":
      return control.sent();
    case "GET state":
      return {
        settings: state.settings,
        contacts: state.contacts.size,
        webhooks: [...state.webhooks.values()],
      };
    case "POST reset":
      control.reset(z.object({ contacts: z.number().optional() }).parse(given).contacts);
      return {};
    case "PATCH settings":
      return control.settings(settings.parse(given));
    case "POST faults": {
      const fault = z.object({
        kind: z.enum(faultKinds),
        count: z.number().optional(),
        path: z.string().optional(),
      });
      const { kind, count, path: prefix } = fault.parse(given);
      control.fault(kind, count, prefix);
      return {};
    }
    case "DELETE faults":
      control.clearFaults();
      return {};
    case "POST contacts":
      control.grow(z.object({ total: z.number() }).parse(given).total);
      return { contacts: state.contacts.size };
    case "POST edits": {
      const { contactIds = all(), ...change } = edit.parse(given);
      control.edit(contactIds, change);
      return { edited: contactIds.length };
    }
    case "POST removals":
      for (const id of z.object({ contactIds: ids }).parse(given).contactIds ?? []) control.remove(id);
      return {};
    default:
      return undefined;
  }
}
