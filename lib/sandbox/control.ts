import { seed, seedContact } from "./seed.ts";
import { changeContact, runStep, tagContact, untagContact } from "./sender.ts";
import {
  emptyState,
  type FaultKind,
  nextKey,
  replaceState,
  type SandboxContact,
  type SandboxSettings,
  type SandboxState,
  type SentWebhook,
  type Source,
} from "./state.ts";

/** A change by hand. Fields are named by personalisation tag in any letter case, tags by name. */
export type Edit = {
  source?: Source;
  email?: string;
  firstName?: string;
  lastName?: string;
  phone?: string;
  fields?: Record<string, string>;
  addTags?: string[];
  removeTags?: string[];
};

/** What a test or the demo does to the account from outside the API. */
export type Control = {
  reset(contacts?: number): void;
  settings(change: Partial<SandboxSettings>): SandboxSettings;
  /** The next `count` answers, to paths that begin with `path`, are `kind` instead. */
  fault(kind: FaultKind, count?: number, path?: string): void;
  clearFaults(): void;
  /** Adds believable contacts until there are `total`. */
  grow(total: number): void;
  edit(contactIds: readonly number[], edit: Edit): void;
  remove(contactId: number): void;
  forget(contactId: number): void;
  /** Sends an automation's webhook step for each contact, and waits for every answer. */
  runAutomation(automation: number, contactIds: readonly number[], url?: string): Promise<SentWebhook[]>;
  calls(): { total: number; counts: Record<string, number>; calls: SandboxState["calls"] };
  sent(): { total: number; counts: Record<string, number>; webhooks: SentWebhook[] };
};

function tagOf(state: SandboxState, name: string): number {
  const known = [...state.tags].find(([, each]) => each.toLowerCase() === name.toLowerCase())?.[0];
  if (known !== undefined) return known;
  const id = nextKey(state.tags);
  state.tags.set(id, name);
  return id;
}

function fieldOf(state: SandboxState, perstag: string): number {
  const field = [...state.fields.values()].find((each) => each.perstag === perstag.toUpperCase());
  if (!field) throw new Error(`The sandbox has no field ${perstag}`);
  return field.id;
}

function contactOf(state: SandboxState, id: number): SandboxContact {
  const contact = state.contacts.get(id);
  if (!contact) throw new Error(`The sandbox has no contact ${id}`);
  return contact;
}

function editOne(state: SandboxState, contact: SandboxContact, edit: Edit): void {
  const { source = "admin", fields = {}, addTags = [], removeTags = [], ...basics } = edit;
  const values = Object.entries(fields).map(([perstag, value]) => [fieldOf(state, perstag), value] as const);
  if (values.length > 0 || Object.keys(basics).length > 0)
    changeContact(state, contact, { ...basics, fields: new Map(values) }, source, "update");
  for (const name of addTags) tagContact(state, contact, tagOf(state, name), source);
  for (const name of removeTags) untagContact(state, contact, tagOf(state, name), source);
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

/** The levers of one account; the control endpoints and in-process tests pull the same ones. */
export function openControl(state: SandboxState): Control {
  return {
    reset(contacts = 25) {
      state.stop.abort();
      seed(replaceState(state, emptyState(state.settings)), contacts);
    },
    settings: (change) => Object.assign(state.settings, change),
    fault(kind, count = 1, path = "") {
      state.faults.push({ kind, left: count, path });
    },
    clearFaults() {
      state.faults = [];
    },
    grow(total) {
      for (let number = nextKey(state.contacts); number <= total; number++) seedContact(state, number);
    },
    edit(contactIds, edit) {
      for (const id of contactIds) editOne(state, contactOf(state, id), edit);
    },
    remove(contactId) {
      contactOf(state, contactId).deleted = true;
    },
    forget(contactId) {
      state.contacts.delete(contactId);
    },
    runAutomation(automation, contactIds, url) {
      const target = url ?? state.automations.get(automation);
      if (!target) throw new Error(`Automation ${automation} has no webhook step; give it a url`);
      state.automations.set(automation, target);
      return Promise.all(contactIds.map((id) => runStep(state, contactOf(state, id), automation, target)));
    },
    calls() {
      const counts = Object.fromEntries(state.callCounts);
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      return { total, counts, calls: state.calls };
    },
    sent: () => ({
      total: state.sent.length,
      counts: countBy(state.sent, ({ status }) => status),
      webhooks: state.sent,
    }),
  };
}
