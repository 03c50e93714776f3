/** Who caused a change, in ActiveCampaign's word. */
export type Source = "public" | "admin" | "api" | "system";

export type SandboxContact = {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  phone: string;
  createdAt: Date;
  updatedAt: Date;
  deleted: boolean;
  fieldValues: Map<number, { id: number; value: string }>;
  /** Association id by tag id. */
  tags: Map<number, number>;
  /** 1 subscribed, 2 unsubscribed, by list id. */
  lists: Map<number, 1 | 2>;
};

export type SandboxField = { id: number; title: string; type: string; perstag: string };

export type SandboxWebhook = {
  id: number;
  name: string;
  url: string;
  events: string[];
  sources: string[];
  listid: string;
  active: boolean;
  createdAt: Date;
};

export type ReceivedCall = {
  at: string;
  method: string;
  path: string;
  query: string;
  status: number;
  ms: number;
};

/** A call that changes something, with its body. */
export type ReceivedWrite = { at: string; method: string; path: string; body: Record<string, unknown> };

export type SentWebhook = {
  at: string;
  url: string;
  kind: "event" | "automation";
  type: string;
  contactId: number;
  status: "waiting" | "succeeded" | "failed";
  httpStatus: number | null;
  ms: number | null;
};

/** What the next answers do instead of the truth. */
export type FaultKind =
  | "500"
  | "429"
  | "429-bare"
  | "429-date"
  | "empty"
  | "captcha"
  | "hang"
  | "drip"
  | "403"
  | "402"
  | "soft-failure";

export type SandboxSettings = {
  apiToken: string;
  accountName: string;
  /** Calls a second for the whole account; 0 is no limit. */
  callsPerSecond: number;
  retryAfterSeconds: number;
  latencyMs: number;
  /** Answers `include=contactTags.tag,fieldValues.field`. */
  sideload: boolean;
  /** "By any user" also fires for API calls: the account without the vendor's fix. */
  anyUserFiresForApi: boolean;
  /** How long a webhook call may take. */
  webhookTimeoutMs: number;
  /** Off: what the account should send is lost, and never sent again. */
  sendsWebhooks: boolean;
  /** How far the account's clock is ahead of ours. */
  clockSkewMs: number;
  /** Whether a tag that comes or goes counts as a change of the contact's `udate`; not documented. */
  tagsMoveUdate: boolean;
  /** How far the account misreads the time of a filter; how it reads one is not documented. */
  filterMisreadMinutes: number;
};

export type SandboxState = {
  settings: SandboxSettings;
  contacts: Map<number, SandboxContact>;
  tags: Map<number, string>;
  /** Tags of e-mail templates: listed among the others, and not to be given to a contact. */
  templateTags: Map<number, string>;
  fields: Map<number, SandboxField>;
  lists: Map<number, string>;
  webhooks: Map<number, SandboxWebhook>;
  /** Automations by id: the URL of their webhook step. */
  automations: Map<number, string>;
  faults: { kind: FaultKind; left: number; path: string }[];
  calls: ReceivedCall[];
  callCounts: Map<string, number>;
  writes: ReceivedWrite[];
  sent: SentWebhook[];
  /** Webhook calls on their way, and those that wait for a place. */
  sending: { active: number; waiting: (() => void)[] };
  /** Ends what is on its way when the sandbox closes. */
  stop: AbortController;
  lastId: number;
};

export const defaultSettings: SandboxSettings = {
  apiToken: "sandbox-token",
  accountName: "Oakline",
  callsPerSecond: 5,
  retryAfterSeconds: 1,
  latencyMs: 0,
  sideload: true,
  anyUserFiresForApi: false,
  webhookTimeoutMs: 5000,
  sendsWebhooks: true,
  clockSkewMs: 0,
  tagsMoveUdate: true,
  filterMisreadMinutes: 0,
};

/** An account with nothing in it. */
export const emptyState = (settings: SandboxSettings): SandboxState => ({
  settings,
  contacts: new Map(),
  tags: new Map(),
  templateTags: new Map(),
  fields: new Map(),
  lists: new Map(),
  webhooks: new Map(),
  automations: new Map(),
  faults: [],
  calls: [],
  callCounts: new Map(),
  writes: [],
  sent: [],
  sending: { active: 0, waiting: [] },
  stop: new AbortController(),
  lastId: 1000,
});

/** Fills an existing account anew, in place. */
export const replaceState = (state: SandboxState, fresh: SandboxState): SandboxState =>
  Object.assign(state, fresh);

/** Ids of associations and values; contacts, tags and fields count for themselves. */
export const nextId = (state: SandboxState): number => {
  state.lastId += 1;
  return state.lastId;
};

/** The next id of a collection. */
export const nextKey = (collection: ReadonlyMap<number, unknown>): number =>
  Math.max(0, ...collection.keys()) + 1;

export const sendsAtOnce = 64;
export const keptCalls = 2000;
export const keptSent = 20_000;
