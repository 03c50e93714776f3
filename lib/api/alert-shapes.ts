import { z } from "zod";
import { alertKinds } from "../care/alerts/kinds.ts";
import { type LimitName, limitNames, limits } from "../care/alerts/limits.ts";
import { id, page, time } from "./common-shapes.ts";

const kind = z.enum(alertKinds);
const transition = z.enum(["opened", "closed", "test"]);

/** One message to one channel: `waiting` is tried again at `nextAt`, `failed` was given up. */
export const alertSend = z.object({
  channelId: id,
  channelName: z.string(),
  transition,
  state: z.enum(["sent", "waiting", "failed"]),
  attempts: z.number(),
  sentAt: time.nullable(),
  nextAt: time.nullable(),
  error: z.string().nullable(),
});

export const alert = z.object({
  id,
  kind,
  kindTitle: z.string(),
  key: z.string(),
  level: z.enum(["bad", "wait"]),
  connectionId: id.nullable(),
  title: z.string(),
  safe: z.string(),
  remedy: z.string(),
  /** The page of the console that helps, and the words of the way there. */
  path: z.string(),
  action: z.string(),
  openedAt: time,
  closedAt: time.nullable(),
  mutedBy: z.string().nullable(),
  sends: z.array(alertSend),
});
export const alerts = page(alert);

export const alertQuery = z.object({
  state: z.enum(["open", "closed"]).default("open"),
  kind: kind.optional(),
  cursor: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});

export const alertKind = z.object({ kind, title: z.string(), note: z.string() });
export const alertKindList = z.object({ items: z.array(alertKind), nextCursor: z.null() });

const grouped = new Intl.NumberFormat("en-US");
const limit = (name: LimitName) => {
  const { least, most } = limits[name];
  return z
    .number()
    .int("A whole number")
    .min(least, `At least ${grouped.format(least)}`)
    .max(most, `At most ${grouped.format(most)}`);
};

export const alertLimit = z.object({
  name: z.enum(limitNames),
  value: z.number(),
  /** The value that holds where nobody chose one. */
  standard: z.number(),
  least: z.number(),
  most: z.number(),
});
export const alertLimits = z.object({ items: z.array(alertLimit), nextCursor: z.null() });
export const alertLimitsPatch = z.object({
  limits: z
    .object({
      workLateMinutes: limit("workLateMinutes").describe("So long may work wait that could run"),
      gaveUpCount: limit("gaveUpCount").describe("So many gave up for one cause within a day"),
      silenceMinutes: limit("silenceMinutes").describe("No silence shorter than this is told"),
      passwordLateMinutes: limit("passwordLateMinutes").describe("So long may a password be on its way"),
    })
    .partial(),
});

export const alertMute = z.object({
  id,
  /** The kind that is muted, or the key of the one alert. */
  kind: kind.nullable(),
  key: z.string().nullable(),
  title: z.string(),
  until: time,
  actor: z.string(),
  createdAt: time,
});
export const alertMutes = z.object({ items: z.array(alertMute), nextCursor: z.null() });

export const alertMuteCreate = z
  .object({
    kind: kind.optional(),
    alertId: id.optional(),
    hours: z
      .number()
      .positive("Name for how many hours")
      .max(24 * 30, "Mute for 30 days at most"),
  })
  .refine((given) => (given.kind === undefined) !== (given.alertId === undefined), {
    message: "Name either a kind or one alert",
    path: ["kind"],
  });

const url = z
  .url({ protocol: /^https?$/, error: "Paste a full address that begins with https://" })
  .max(2000);
const to = z
  .array(z.email("Enter an e-mail address").max(320))
  .min(1, "Enter an e-mail address")
  .max(20, "Enter at most 20 addresses");
const shared = {
  name: z.string().trim().min(1, "Give the channel a name").max(80),
  alertKinds: z.array(kind).min(1, "Choose at least one kind of alert").max(alertKinds.length).nullable(),
};
const optionalKinds = { ...shared, alertKinds: shared.alertKinds.default(null) };

export const alertChannelCreate = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("email"), to, ...optionalKinds }),
  z.object({ kind: z.literal("slack"), url, ...optionalKinds }),
  z.object({ kind: z.literal("http"), url, ...optionalKinds }),
]);

export const alertChannelPatch = z
  .object({ ...shared, to, url, enabled: z.boolean(), newSecret: z.literal(true) })
  .partial();

export const alertChannel = z.object({
  id,
  kind: z.enum(["email", "slack", "http"]),
  name: z.string(),
  /** The recipients of mail, or the host of a URL; the URL itself is a secret. */
  shown: z.string(),
  /** Null: every kind. */
  alertKinds: z.array(kind).nullable(),
  enabled: z.boolean(),
  lastSentAt: time.nullable(),
  failingSince: time.nullable(),
  lastError: z.string().nullable(),
  waiting: z.number(),
  createdAt: time,
});
/** `secret` is shown this once: the `whsec_` secret of an HTTP channel. */
export const alertChannelSaved = alertChannel.extend({ secret: z.string().nullable() });
export const alertChannels = z.object({
  items: z.array(alertChannel),
  nextCursor: z.null(),
  /** Whether this server has an SMTP_URL. */
  canMail: z.boolean(),
});

export const alertTest = z.object({ sent: z.boolean(), error: z.string().nullable(), ms: z.number() });

/** What the last look at a connection's webhook in the CRM found and did. */
export const registration = z.object({
  state: z.enum(["ok", "repaired", "lost", "unknown"]),
  checkedAt: time.nullable(),
  /** What is wrong now, and what was wrong before the last repair: missing, inactive, url, events, sources, list. */
  found: z.array(z.string()),
  trouble: z.string().nullable(),
  lostSince: time.nullable(),
  repairedAt: time.nullable(),
  repairedFound: z.array(z.string()),
  repairs: z.number(),
});
export const registrationAnswer = z.object({ registration: registration.nullable() });

export type Alert = z.infer<typeof alert>;
export type AlertSend = z.infer<typeof alertSend>;
export type AlertQuery = z.infer<typeof alertQuery>;
export type AlertKindWords = z.infer<typeof alertKind>;
export type AlertLimit = z.infer<typeof alertLimit>;
export type AlertLimits = z.infer<typeof alertLimits>;
export type AlertLimitsPatch = z.infer<typeof alertLimitsPatch>;
export type AlertMute = z.infer<typeof alertMute>;
export type AlertMuteCreate = z.infer<typeof alertMuteCreate>;
export type AlertChannel = z.infer<typeof alertChannel>;
export type AlertChannelCreate = z.infer<typeof alertChannelCreate>;
export type AlertChannelPatch = z.infer<typeof alertChannelPatch>;
export type AlertChannelSaved = z.infer<typeof alertChannelSaved>;
export type AlertTest = z.infer<typeof alertTest>;
export type Registration = z.infer<typeof registration>;
