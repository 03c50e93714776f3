import { GiveUp, RetryLater } from "../../errors.ts";
import { publicKeyOf } from "../../http/sign-webhook.ts";
import { explain } from "../../reasons.ts";
import { newSigningKey, newSigningSecret, sha256 } from "../../secrets.ts";
import {
  type DestinationClient,
  type DestinationKind,
  type Host,
  type Known,
  nothingKnown,
  type Pushed,
  type SiteCheck,
} from "../contract.ts";
import { chooseEvents, eventId, farewell, toldOf } from "./choose-events.ts";
import { deliver } from "./deliver.ts";
import { type Event, eventSchema, shownMember } from "./events.ts";
import { type Settings, secrets, settings } from "./settings.ts";

/** Any receiver that takes JSON by HTTP: events in the Standard Webhooks form, with the member as they are now. */
export const http: DestinationKind = {
  kind: "http",
  label: "HTTP endpoint",
  settings,
  secrets,
  secretNames: ["secret", "oldSecret", "oldUntil"],
  makeSecrets: () => ({ secret: newSigningSecret() }),
  rotateSecrets: ({ secret = "" }, oldUntil) => ({
    secret: secret.startsWith("whsk_") ? newSigningKey() : newSigningSecret(),
    oldSecret: secret,
    oldUntil: oldUntil.toISOString(),
  }),
  defaults: { ratePerMinute: 600, concurrency: 4 },
  eventSchema,
  siteName: (stored) => new URL(settings.parse(stored).url).host,
  open: (host) => openClient(host, settings.parse(host.settings)),
};

function openClient(host: Host, read: Settings): DestinationClient {
  return {
    test: () => test(host, read),
    digest: (view) => sha256(JSON.stringify(toldOf(read, view))),
    shown: (view) => ({ ...view, ...untold, ...shownMember(read, view) }),
    foretell(view, known, previous) {
      const { wanted, events } = chooseEvents(read, view, known, previous);
      return { leaves: wanted ? null : "site_not_matched", events };
    },
    async push(view, known, { id, previous = null }) {
      const { wanted, events } = chooseEvents(read, view, known, previous);
      const told = await tell(host, read, id, events, wanted ? toldTo(view.id) : nothingKnown);
      if (wanted || events.length > 0) return told;
      return { status: "skipped", known: nothingKnown, reason: "site_not_matched" };
    },
    unlink(member, known, { id }) {
      const events = read.events.includes("member.deleted") ? farewell(member, known) : [];
      return tell(host, read, id, events, nothingKnown);
    },
  };
}

/** What an event that was not to show it shows of a member. */
const untold = { login: "", role: "", firstName: "", lastName: "", tags: [], contacts: [] };

/** A receiver has no id of its own for a member: that it was told of them is all there is to know. */
const toldTo = (memberId: string): Known => ({ externalId: memberId, memory: {} });

/** Posts the events of one push, one after the other. One that fails lets the next attempt repeat all, under their ids. */
async function tell(host: Host, read: Settings, id: string, events: Event[], known: Known): Promise<Pushed> {
  for (const event of events) await deliver(host, read, eventId(id, event.type), event);
  if (events.length === 0) return { status: "unchanged", known, left: null };
  const changes = events.map(({ type }) => type);
  return { status: "done", known, made: changes.includes("member.created"), changes, left: null };
}

/** Receivers need the public key where ed25519 signs, and nothing else shows it. */
function howToVerify(host: Host): string {
  const { secret } = secrets.parse(host.secrets);
  return secret.startsWith("whsk_") ? `; receivers verify with ${publicKeyOf(secret)}` : "";
}

/** Posts one signed event that is about nobody. */
async function test(host: Host, read: Settings): Promise<{ checks: SiteCheck[]; ok: boolean }> {
  const start = performance.now();
  const line = (found: Pick<SiteCheck, "status" | "reason" | "detail">) => {
    const check: SiteCheck = { name: "delivery", ms: Math.round(performance.now() - start), ...found };
    return { checks: [check], ok: check.status === "ok" };
  };
  try {
    const id = `test_${sha256(`${read.url} ${start} ${Date.now()}`).slice(0, 24)}`;
    await deliver(host, read, id, {
      type: "destination.tested",
      timestamp: new Date().toISOString(),
      data: {},
    });
    return line({ status: "ok", reason: null, detail: `took a signed event${howToVerify(host)}` });
  } catch (error) {
    if (!(error instanceof RetryLater || error instanceof GiveUp)) throw error;
    const words = explain(error.reason, { site: new URL(read.url).host, detail: error.detail });
    return line({ status: "failed", reason: error.reason, detail: `${words?.sentence} ${words?.remedy}` });
  }
}
