import type { z } from "zod";
import type { Outbound } from "../http/outbound.ts";
import type { ReasonCode } from "../reasons.ts";

/** A member as every destination sees it. */
export type MemberView = {
  /** Rollcall's id of the member; it never changes. */
  id: string;
  email: string;
  /** Fixed once the member was made. */
  login: string;
  role: string;
  firstName: string;
  lastName: string;
  /** Tag names, sorted. */
  tags: string[];
  /** Keyed by personalisation tag in lower case; `""` is an empty field. */
  fields: Record<string, string>;
  contacts: { connectionId: string; contactId: string }[];
  /**
   * Plain text, handed over only while it is owed: `new` for a member just made (a user who is there already keeps the
   * password they have), `reset` when somebody asked for it. No destination keeps it, and no digest holds it.
   */
  password: { plain: string; why: "new" | "reset" } | null;
};

/** A member without a password: what is kept of the last push, and what may be shown. */
export type ShownView = Omit<MemberView, "password">;

/**
 * What a push left behind, to be stored as it is and handed to the next push of the same member. `externalId` is the
 * site's own id; a person may set it by hand to link a user. `memory` belongs to the kind and holds no secret.
 */
export type Known = { externalId: string | null; memory: Record<string, string> };

export const nothingKnown: Known = { externalId: null, memory: {} };

/** What became of one member. Everything else is thrown, and is about the destination as a whole. */
export type Pushed =
  | {
      status: "done";
      known: Known;
      /** The member was not there before. */
      made: boolean;
      /** What was told to the site, in words of this house: `email`, `role`, `tags`, `field city`, … */
      changes: string[];
      /** What the site could not take; the member is right there otherwise. */
      left: ReasonCode | null;
    }
  | { status: "unchanged"; known: Known; left: ReasonCode | null }
  /** The destination's own settings leave this member out; nothing is wrong. */
  | { status: "skipped"; known: Known; reason: ReasonCode }
  | Refused;

/** The site will not have this member, and asking again by itself would change nothing. Others are not concerned. */
export type Refused = { status: "refused"; reason: ReasonCode; detail: string | null };

/** One line of a destination's test. `needless` is "not needed as it is set up". */
export type SiteCheck = {
  name: "address" | "api" | "sign_in" | "permissions" | "roles" | "companion" | "delivery";
  status: "ok" | "warn" | "failed" | "needless";
  ms: number | null;
  reason: ReasonCode | null;
  detail: string;
};

export type PushOptions = {
  /** The same for every attempt at one push, another for the next: receivers tell repeats by it. */
  id: string;
  /** The member as the last push that worked told them; absent or null before the first. */
  previous?: ShownView | null;
};

/** What a push would do: `leaves` is why the settings leave the member out, `events` the bodies that would be posted. */
export type Foretold = { leaves: ReasonCode | null; events: Record<string, unknown>[] };

/**
 * One destination, ready to be called. Every call to it first awaits `Host.acquire`.
 *
 * `push` and `unlink` may run any number of times with the same arguments, also when the answer to an earlier run was
 * lost: they read what is there before they write. Two of them for one member must not run at once; sites have no lock
 * for that. They throw RetryLater or GiveUp only for what holds for every member of this destination: RetryLater when
 * it does not answer as it should (with the seconds it asked for, if any), GiveUp when a person has to mend something
 * first, so that the host can hold the rest back instead of failing them one by one.
 */
export type DestinationClient = {
  /** Tries everything a push needs without changing anybody; the site's failures are lines, not throws. */
  test(): Promise<{ checks: SiteCheck[]; ok: boolean }>;
  /** A short text that differs when a push would tell the site something else; without the password. */
  digest(view: MemberView): string;
  push(view: MemberView, known: Known, options: PushOptions): Promise<Pushed>;
  /** The part of a member that this site is told, the rest left empty; absent where it is told all. */
  shown?(view: ShownView): ShownView;
  /** What `push` would post, without a call; absent where only a look at the site could tell. */
  foretell?(view: MemberView, known: Known, previous: ShownView | null): Foretold;
  /** The member goes from this destination, in the way its settings choose; a user who is gone already is fine. */
  unlink(
    view: Pick<MemberView, "id" | "email" | "login">,
    known: Known,
    options: PushOptions,
  ): Promise<Pushed>;
};

/** What a client needs from its host. */
export type Host = {
  /** As stored; each kind reads them with its own schema. */
  settings: unknown;
  secrets: Record<string, string>;
  /** What earlier calls found out about the site, as stored by `learn`; empty at first. */
  learned: Record<string, string>;
  learn(learned: Record<string, string>): void;
  /** Resolves when the destination's rate allows one more call. */
  acquire(): Promise<void>;
  /** Sends one HTTP request: vetted address, time limit, capped body, no redirects. */
  fetch: Outbound["fetch"];
};

/**
 * A kind of destination: one folder, one registry line. `settings` and `secrets` both read the one object a person
 * sends, and each takes its own part of it; a change is read again together with what is stored.
 */
export type DestinationKind = {
  kind: string;
  label: string;
  settings: z.ZodObject;
  secrets: z.ZodObject;
  secretNames: readonly string[];
  /** Secrets that Rollcall makes for a new destination and shows once; one that a person brings goes before it. */
  makeSecrets(): Record<string, string>;
  /** The same secrets with a new one beside the old, which stays valid until `oldUntil`; null where there is none. */
  rotateSecrets: ((secrets: Record<string, string>, oldUntil: Date) => Record<string, string>) | null;
  defaults: { ratePerMinute: number; concurrency: number };
  /** The JSON Schema of what is posted to receivers; absent for kinds that post no events. */
  eventSchema?(): Record<string, unknown>;
  /** The host name or what else a person knows the site by: `{site}` in sentences. */
  siteName(settings: unknown): string;
  open(host: Host): DestinationClient;
};
