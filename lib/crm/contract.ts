import type { ReasonCode } from "../reasons.ts";
import type { Trigger } from "../words.ts";

/** A contact as the CRM has it now. `fields` is keyed by personalisation tag in lower case; `""` is an empty field. */
export type Contact = {
  id: string;
  /** Null when the contact has none (SMS-only contacts exist). */
  email: string | null;
  firstName: string;
  lastName: string;
  phone: string;
  /** Tag names, sorted. */
  tags: string[];
  fields: Record<string, string>;
};

/** What became of asking for one contact. `failed` is about this contact alone; the call as a whole throws. */
export type Loaded =
  | { status: "found"; contact: Contact }
  | { status: "deleted" }
  | { status: "missing" }
  | { status: "failed"; error: Error };

/** A contact of a list of changes. `loaded` is null where the account does not send tags and fields along. */
export type ChangedContact = {
  id: string;
  email: string | null;
  /** When it changed last, by the CRM's clock; null when the CRM does not say. */
  changedAt: Date | null;
  loaded: Loaded | null;
};
export type ChangedPage = {
  contacts: ChangedContact[];
  /** Whether contacts with higher ids follow. */
  more: boolean;
  /** How the CRM writes its times (`-05:00`); null when no contact told. */
  offset: string | null;
};

export type CrmField = { id: string; tag: string; title: string; type: string };
export type CrmList = { id: string; name: string };

type WebhookSettings = { events: string[]; sources: string[]; listId: string | null; url: string };
/** The webhook a connection wants. `label` is part of its name in the CRM, and is no other connection's. */
export type Registration = WebhookSettings & { label: string };
/** A webhook that lives in the CRM's own settings. */
export type RegisteredWebhook = WebhookSettings & { id: string; name: string; active: boolean };

/** One line of a connection test. `needless` is "not asked for in this mode". */
export type Check = {
  name: "address" | "token" | "sideload" | "fields" | "permissions" | "password_field" | "webhook";
  status: "ok" | "warn" | "failed" | "needless";
  ms: number | null;
  reason: ReasonCode | null;
  detail: string;
};

export type Sideload = "unknown" | "yes" | "no";

/** What an event webhook says: what kind of change it was, by whom, and all that Rollcall keeps of the contact. */
export type EventSaid = {
  change: { kind: "update" } | { kind: "tag_added" | "tag_removed"; tag: string };
  /** Who caused the event, in the CRM's word. */
  source: string | null;
  contact: Contact;
};

/**
 * One CRM account, ready to be called. Every method throws `RetryLater` or `GiveUp` with a named reason; none returns
 * an empty answer for a failed read. Every call to the CRM first awaits `Opened.acquire`, except the first call of
 * `load` when `slotTaken` says that the caller has awaited it already (so that a batch fills while it waits).
 */
export type CrmClient = {
  /** Contacts by id, at most 100; a key for every id asked for. With sideload: one call. */
  load(ids: readonly string[], options?: { slotTaken?: boolean }): Promise<Map<string, Loaded>>;
  /**
   * Reads an event's body by the names that are known already, without a call. Null when it is no plain change of a
   * contact, or any part of it is not clear.
   */
  readEvent(pairs: readonly (readonly [string, string])[]): EventSaid | null;
  /** The contact whose e-mail is exactly this one, letter case aside. */
  findByEmail(email: string): Promise<Loaded>;
  /**
   * Contacts that changed after a moment of the CRM's clock, at most 100, by rising id above `position`. `offset` is how
   * the CRM writes its times, as an earlier page told it. Deleted contacts are not among them.
   */
  changed(asked: { since: Date; offset: string | null; position: string }): Promise<ChangedPage>;
  /** Writes one custom field, named by its personalisation tag; GiveUp("password_field_missing") when there is none. */
  writeField(contactId: string, tag: string, value: string): Promise<void>;
  /** Reads one custom field back; null when the contact has no value for it. */
  readField(contactId: string, tag: string): Promise<string | null>;
  addTag(contactId: string, tagName: string): Promise<void>;
  removeTag(contactId: string, tagName: string): Promise<void>;
  fields(): Promise<CrmField[]>;
  lists(): Promise<CrmList[]>;
  /** Tries address, token, sideload, permissions, the password field and the webhook; the CRM's failures are lines, not throws. */
  test(expects: {
    returnPasswordField: string | null;
    webhook: { url: string; id: string | null } | null;
  }): Promise<{ checks: Check[]; sideload: Sideload; ok: boolean }>;
  /** The webhook as the CRM has it now, found by id, by URL or by this connection's name; null when it is not there. */
  registered(wanted: Registration, knownId: string | null): Promise<RegisteredWebhook | null>;
  /** Makes or repairs the webhook: adopts one that is there by id, by URL or by this connection's name before it makes one. */
  register(wanted: Registration, knownId: string | null): Promise<RegisteredWebhook>;
  /** Takes the webhook out; one that is gone already is fine. */
  unregister(id: string): Promise<void>;
};

/** What a client needs from its host. */
export type Opened = {
  baseUrl: string;
  credentials: Record<string, string>;
  sideload: Sideload;
  /** Resolves when the account's budget allows one more call. */
  acquire(): Promise<void>;
  /** The CRM asked for silence; every process must wait that long. */
  pause(seconds: number): Promise<void>;
  /** The account turned out to answer the sideload, or no longer to. */
  learnedSideload(sideload: "yes" | "no"): void;
  /** Sends one HTTP request (vetted address, time limit, capped body, no redirects). */
  fetch: (url: string, init: FetchInit) => Promise<FetchAnswer>;
};

export type FetchInit = {
  method: string;
  headers?: Record<string, string>;
  body?: string;
  timeoutMs?: number;
  maxBytes?: number;
};
export type FetchAnswer = { status: number; headers: Headers; text: string };

/** What the door reads from a body: hints only, the contact is read again by id. */
export type PayloadHint = {
  contactId: string | null;
  email: string | null;
  name: string | null;
  trigger: Trigger;
  /** The CRM's event name, for event webhooks. */
  event: string | null;
  /** Who caused the event, in the CRM's word (public, admin, api, system). */
  source: string | null;
  listId: string | null;
  /** True for events that change no member (opens, clicks, list and campaign events). */
  observe: boolean;
};

/** A kind of CRM: one folder, one registry line. */
export type Crm = {
  kind: string;
  label: string;
  credentialNames: readonly string[];
  defaultCallsPerSecond: number;
  /** Events that Rollcall can register, with their CRM names. */
  events: readonly { name: string; title: string; note: string; byDefault: boolean }[];
  sources: readonly { name: string; title: string; note: string; byDefault: boolean }[];
  /** The event that any change of a contact fires. */
  changeEvent: string;
  /** The base URL as it is kept; GiveUp("crm_bad_request") with what to paste when it cannot be one. */
  normalizeBaseUrl(input: string): string;
  /** One name for all addresses of one account, for what its limits are counted under. */
  accountName(baseUrl: string): string;
  /** Where a person opens a contact; null when not known. */
  contactUrl(baseUrl: string, contactId: string): string | null;
  open(host: Opened): CrmClient;
  /** Reads decoded key-value pairs in wire order (form bodies), or the pairs a JSON body flattens to. */
  readPayload(pairs: readonly (readonly [string, string])[]): PayloadHint;
};
