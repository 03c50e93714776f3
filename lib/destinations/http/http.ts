import { GiveUp, RetryLater } from "../../errors.ts";
import { explain } from "../../reasons.ts";
import { newSigningSecret, sha256 } from "../../secrets.ts";
import {
  type DestinationClient,
  type DestinationKind,
  type Host,
  type Known,
  type MemberView,
  nothingKnown,
  type Pushed,
  type SiteCheck,
} from "../contract.ts";
import { deliver } from "./deliver.ts";
import { type Event, isWanted, shownMember } from "./events.ts";
import { type EventType, type Settings, secrets, settings } from "./settings.ts";

/** Any receiver that takes JSON by HTTP: events in the Standard Webhooks form, with the member as they are now. */
export const http: DestinationKind = {
  kind: "http",
  label: "HTTP endpoint",
  settings,
  secrets,
  secretNames: ["secret", "oldSecret", "oldUntil"],
  makeSecrets: () => ({ secret: newSigningSecret() }),
  rotateSecrets: ({ secret = "" }, oldUntil) => ({
    secret: newSigningSecret(),
    oldSecret: secret,
    oldUntil: oldUntil.toISOString(),
  }),
  defaults: { ratePerMinute: 600, concurrency: 4 },
  siteName: (stored) => new URL(settings.parse(stored).url).host,
  open: (host) => openClient(host, settings.parse(host.settings)),
};

function openClient(host: Host, read: Settings): DestinationClient {
  return {
    test: () => test(host, read),
    digest: (view) =>
      sha256(JSON.stringify([read.url, read.events, isWanted(read, view), sorted(shownMember(view))])),
    async push(view, known, { id }) {
      if (!isWanted(read, view)) {
        const left = await takeLeave(host, read, view, known, id);
        return left.status === "done"
          ? left
          : { status: "skipped", known: nothingKnown, reason: "site_not_matched" };
      }
      const type = known.externalId === null ? "member.created" : "member.updated";
      const event: Event = { type, timestamp: now(), data: { member: shownMember(view) } };
      return tell(host, read, id, event, { externalId: view.id, memory: {} });
    },
    unlink: (member, known, { id }) => takeLeave(host, read, member, known, id),
  };
}

const now = () => new Date().toISOString();

/** Fields in the order of their names: PostgreSQL keeps another one than the CRM sent. */
const sorted = (member: ReturnType<typeof shownMember>) => ({
  ...member,
  fields: Object.entries(member.fields).sort(([a], [b]) => (a < b ? -1 : 1)),
});

/** Posts an event that the receiver has chosen; a member it knows of is known either way. */
async function tell(host: Host, read: Settings, id: string, event: Event, known: Known): Promise<Pushed> {
  if (!read.events.some((chosen) => chosen === event.type)) return { status: "unchanged", known, left: null };
  await deliver(host, read, id, event);
  const made = event.type === "member.created";
  return { status: "done", known, made, changes: [event.type], left: null };
}

/** Says that a member is gone, to a receiver that was told of them. */
async function takeLeave(
  host: Host,
  read: Settings,
  { id: memberId, email, login }: Pick<MemberView, "id" | "email" | "login">,
  known: Known,
  id: string,
): Promise<Pushed> {
  if (known.externalId === null) return { status: "unchanged", known: nothingKnown, left: null };
  const type: EventType = "member.removed";
  const event: Event = { type, timestamp: now(), data: { member: { id: memberId, email, login } } };
  return tell(host, read, id, event, nothingKnown);
}

/** Posts one signed event that is about nobody. */
async function test(host: Host, read: Settings): Promise<{ checks: SiteCheck[]; ok: boolean }> {
  const start = performance.now();
  const line = (found: Pick<SiteCheck, "status" | "reason" | "detail">) => {
    const check: SiteCheck = { name: "delivery", ms: Math.round(performance.now() - start), ...found };
    return { checks: [check], ok: check.status === "ok" };
  };
  try {
    const id = `test_${sha256(`${read.url} ${start} ${now()}`).slice(0, 24)}`;
    await deliver(host, read, id, { type: "destination.tested", timestamp: now(), data: {} });
    return line({ status: "ok", reason: null, detail: "took a signed event" });
  } catch (error) {
    if (!(error instanceof RetryLater || error instanceof GiveUp)) throw error;
    const words = explain(error.reason, { site: new URL(read.url).host, detail: error.detail });
    return line({ status: "failed", reason: error.reason, detail: `${words?.sentence} ${words?.remedy}` });
  }
}
