import type { Db } from "#db/client.ts";
import type { CrmClient, Loaded } from "../crm/contract.ts";
import { GiveUp, NotNow, RetryLater } from "../errors.ts";
import {
  closeBreakers,
  noteFailure,
  noteSuccess,
  passBreakers,
  type Rest,
  restOf,
} from "../queue/breaker.ts";
import { accountOf } from "../queue/budget.ts";
import type { ReasonCode } from "../reasons.ts";
import type { ConnectionRow } from "./open-connection.ts";
import { leaveTrace } from "./write-traces.ts";

type Keyed = Pick<ConnectionRow, "id" | "kind" | "baseUrl">;

/** The breaker of an account that cannot be reached, and the one of a connection whose token is refused. */
export const breakerKeys = (row: Keyed): [account: string, token: string] => {
  const account = `crm:${accountOf(row)}`;
  return [account, `${account}#${row.id}`];
};

/** The account is away. */
const away: ReadonlySet<ReasonCode> = new Set(["crm_timeout", "crm_unreachable", "crm_server_error"]);
/** The account answered, and took the token, whatever it thought of the call. */
const answered: ReadonlySet<ReasonCode> = new Set([
  "crm_rate_limited",
  "crm_forbidden",
  "crm_bad_request",
  "crm_payment_required",
  "contact_missing",
  "password_field_missing",
]);

type Known = RetryLater | GiveUp;
const isKnown = (error: unknown): error is Known => error instanceof RetryLater || error instanceof GiveUp;

export type GuardedClient = CrmClient & {
  /** Throws NotNow while calls rest; what makes a call asks again. */
  begin(): Promise<void>;
};

/**
 * A client behind the breakers of its account: a call that cannot work is not made but throws NotNow, and how each call
 * ended is told to them. Every write leaves its trace before it is made. Tests and settings pages go through unasked,
 * since a person waits for their truth; a test that finds address and token good closes the breakers.
 */
export function guardClient(db: Db, row: ConnectionRow, client: CrmClient): GuardedClient {
  const keys = breakerKeys(row);
  const [account, token] = keys;
  const notNow = ({ key, reason, detail, until }: Rest) => {
    const why = reason === "crm_secrets_locked" ? reason : key === token ? "crm_paused_token" : "crm_paused";
    return new NotNow(why, until, detail);
  };

  async function tell(error: unknown, probe: boolean): Promise<Rest | null> {
    const reason = isKnown(error) ? error.reason : "internal";
    if (isKnown(error) && answered.has(reason)) {
      await noteSuccess(db, keys, { probe });
      return null;
    }
    const detail = isKnown(error) ? error.detail : null;
    if (reason === "crm_token_refused") {
      await noteSuccess(db, [account], { probe });
      return noteFailure(db, token, { reason, detail, probe, atOnce: true });
    }
    if (!away.has(reason as ReasonCode) && !probe) return null;
    return noteFailure(db, account, { reason, detail, probe });
  }

  /** `failure` finds what went wrong in an answer that came back all the same. */
  async function call<T>(work: () => Promise<T>, failure?: (answer: T) => Error | null): Promise<T> {
    const pass = await passBreakers(db, keys);
    if (pass.rest) throw notNow(pass.rest);
    const { probe } = pass;
    try {
      const answer = await work();
      const inside = failure?.(answer) ?? null;
      const rest = inside ? await tell(inside, probe) : await noteSuccess(db, keys, { probe });
      if (rest && probe) throw notNow(rest);
      return answer;
    } catch (error) {
      if (error instanceof NotNow) throw error;
      const rest = await tell(error, probe);
      throw rest && probe ? notNow(rest) : error;
    }
  }

  return {
    ...client,
    async begin() {
      const rest = await restOf(db, keys);
      if (rest) throw notNow(rest);
    },
    load: (ids, options) => call(() => client.load(ids, options), failureOfAll),
    findByEmail: (email) => call(() => client.findByEmail(email), failureOf),
    changed: (...asked) => call(() => client.changed(...asked)),
    readField: (contactId, tag) => call(() => client.readField(contactId, tag)),
    async writeField(contactId, tag, value) {
      await leaveTrace(db, { connectionId: row.id, contactId }, { kind: "field", name: tag, value });
      await call(() => client.writeField(contactId, tag, value));
    },
    async addTag(contactId, tagName) {
      await leaveTrace(db, { connectionId: row.id, contactId }, { kind: "tag_added", name: tagName });
      await call(() => client.addTag(contactId, tagName));
    },
    async removeTag(contactId, tagName) {
      await leaveTrace(db, { connectionId: row.id, contactId }, { kind: "tag_removed", name: tagName });
      await call(() => client.removeTag(contactId, tagName));
    },
    async test(expects) {
      const report = await client.test(expects);
      const isGood = (name: string) =>
        report.checks.some((check) => check.name === name && check.status === "ok");
      if (isGood("address") && isGood("token")) await closeBreakers(db, keys);
      return report;
    },
  };
}

const failureOf = (loaded: Loaded): Error | null => (loaded.status === "failed" ? loaded.error : null);

/** What went wrong when no contact of a batch could be read. */
function failureOfAll(loaded: Map<string, Loaded>): Error | null {
  const errors = [...loaded.values()].map(failureOf);
  return errors.length > 0 && errors.every((error) => error !== null) ? (errors[0] ?? null) : null;
}
