import type { Host } from "../contract.ts";
import { type Settings, secrets, settings } from "./settings.ts";

/** A WordPress site ready to be called: its settings, its sign-in, and what was found out about it. */
export type Site = {
  host: Host;
  settings: Settings;
  authorization: string;
  /** `route`: "query" where /wp-json is not there. `companion`, `signedIn`: whether they were seen. */
  learned: { route?: string; companion?: string; signedIn?: string };
};

/** Reads what the host has stored; throws when it is not a WordPress destination's. */
export function openSite(host: Host): Site {
  const read = settings.parse(host.settings);
  const { applicationPassword } = secrets.parse(host.secrets);
  const authorization = `Basic ${Buffer.from(`${read.username}:${applicationPassword}`).toString("base64")}`;
  return { host, settings: read, authorization, learned: { ...host.learned } };
}

/** Keeps what was found out, and tells the host only when it is news. */
export function learn(site: Site, news: Site["learned"]): void {
  const next = { ...site.learned, ...news };
  if (JSON.stringify(next) === JSON.stringify(site.learned)) return;
  site.learned = next;
  site.host.learn(next);
}
