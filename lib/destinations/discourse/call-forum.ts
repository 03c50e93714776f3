import type { z } from "zod";
import { GiveUp, RetryLater } from "../../errors.ts";
import { callDestination, refuseOverload } from "../call.ts";
import type { Host } from "../contract.ts";
import { type Settings, secrets } from "./settings.ts";

/** A forum ready to be called. */
export type Forum = { host: Host; settings: Settings };

/** `missing` for what is not there, `refused` for what Discourse will not do, each in its own words. */
export type Reply = { status: "ok"; json: unknown } | { status: "missing" | "refused"; message: string };

/**
 * Makes one call with the headers of Discourse's API documentation. A wrong key and one that may not do this are both
 * 403 there, and stop the destination; 429 slows it down for as long as it asks.
 */
export async function callForum(
  { host, settings }: Forum,
  method: "GET" | "PUT" | "DELETE",
  path: string,
  body?: Record<string, string>,
): Promise<Reply> {
  const { apiKey } = secrets.parse(host.secrets);
  const answer = await callDestination(host, settings.url + path, {
    method,
    headers: {
      "Api-Key": apiKey,
      "Api-Username": settings.apiUsername,
      Accept: "application/json",
      "User-Agent": "Rollcall",
      ...(body ? { "Content-Type": "application/json" } : {}),
    },
    body: body && JSON.stringify(body),
  });
  const { status } = answer;
  const json = parse(answer.text);
  const message = messageOf(json) ?? `HTTP ${status}`;
  if (status === 401 || status === 403) throw new GiveUp("site_key_refused", { detail: message });
  refuseOverload(answer);
  if (status >= 300 && status < 400)
    throw new GiveUp("site_moved", { detail: answer.headers.get("location") ?? "nowhere" });
  if (status === 404) return { status: "missing", message };
  if (status >= 500) throw new RetryLater("site_failed", { detail: message });
  if (status >= 400) return { status: "refused", message };
  if (json === undefined) throw new RetryLater("site_web_page", { detail: message });
  return { status: "ok", json };
}

/** An answer read as the API documents it; RetryLater("site_unexpected") names what was missing in it. */
export function readAs<T>(shape: z.ZodType<T>, json: unknown): T {
  const read = shape.safeParse(json);
  if (read.success) return read.data;
  throw new RetryLater("site_unexpected", {
    detail: `an answer without ${read.error.issues[0]?.path.join(".")}`,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(json: unknown): string | null {
  if (typeof json !== "object" || json === null || !("errors" in json) || !Array.isArray(json.errors))
    return null;
  return json.errors.map(String).join(" ").slice(0, 200);
}
