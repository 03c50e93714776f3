import { setTimeout as sleep } from "node:timers/promises";
import ipaddr, { type IPv4, type IPv6 } from "ipaddr.js";
import type { Db } from "#db/client.ts";
import type { ReasonCode } from "../reasons.ts";
import { sha256 } from "../secrets.ts";
import { protectedRoles, roleSlug } from "../words.ts";

/** What the door knows of an access key. */
export type KeyEntry = {
  id: string;
  connectionId: string;
  kind: string;
  actions: string[] | null;
  roles: string[] | null;
  allowedIps: string[] | null;
  waitSeconds: number;
  /** Milliseconds since 1970. */
  expiresAt: number | null;
  revokedAt: number | null;
};

/** The last known keys on disk, so that a door which starts while the database is away knows whom to let in. */
export type KeySnapshot = {
  read(): Map<string, KeyEntry>;
  write(entries: ReadonlyMap<string, KeyEntry>): void;
};

/** The keys of every connection in memory, so that the hot path reads nothing. */
export type KeyCache = {
  /** The entry of a key that is in memory; null where `find` has to look. At once, so that a body is read as it comes. */
  known(key: string): KeyEntry | null;
  /**
   * The entry of a key, also of one that was made a moment ago: an unknown key waits for a reload that begins after it
   * came. Reloads are shared and begin at most ten times a second, so junk costs few reads.
   */
  find(key: string): Promise<KeyEntry | null>;
  close(): Promise<void>;
};

const reloadMs = 5_000;
const missReloadMs = 100;
/** How long a request may wait for the keys to be read; the database counts as away then. */
const reloadLimitMs = 3_000;
const tickMs = 100;

/**
 * Fails when the keys were not read in time. Only time in which this process ran counts: while it was busy with
 * something else, the answer may lie there unread.
 */
async function inTime(reading: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = async () => {
    for (let waited = 0; waited < reloadLimitMs; waited += tickMs)
      await sleep(tickMs, undefined, { signal: over.signal });
    throw new Error("The keys could not be read in time.");
  };
  return Promise.race([reading, late()]).finally(() => over.abort());
}

async function loadKeys(db: Db): Promise<Map<string, KeyEntry>> {
  const rows = await db.$client<(KeyEntry & { hash: string })[]>`
    select k.id, k.hash, k.connection_id as "connectionId", c.kind, k.actions, k.roles, k.allowed_ips as "allowedIps",
      k.wait_seconds as "waitSeconds", (extract(epoch from k.expires_at) * 1000)::float8 as "expiresAt",
      (extract(epoch from k.revoked_at) * 1000)::float8 as "revokedAt"
    from access_keys k join connections c on c.id = k.connection_id`;
  return new Map(rows.map(({ hash, ...entry }) => [hash, entry]));
}

/**
 * Opens the cache. It reloads on NOTIFY `rollcall_keys` and at most five seconds after any change; while the database
 * cannot be asked, the last known keys stay, also those that an earlier process knew.
 */
export function openKeyCache(db: Db, snapshot: KeySnapshot): KeyCache {
  let entries = snapshot.read();
  // Keys that were found, by their text: spares the hash on every call after the first.
  let found = new Map<string, KeyEntry>();
  let beganAt = 0;
  let loading: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let closed = false;

  async function load(): Promise<void> {
    beganAt = Date.now();
    entries = await loadKeys(db);
    found = new Map();
    snapshot.write(entries);
  }
  /** A load that begins from now on; one that runs already may have read before the key was made. */
  function reload(): Promise<void> {
    next ??= (async () => {
      await loading?.catch(() => undefined);
      await sleep(Math.max(0, beganAt + missReloadMs - Date.now()));
      next = null;
      loading = load();
      await loading;
    })();
    return next;
  }
  const reloadQuietly = () => reload().catch(() => undefined);
  /** Shared like the reload itself, so that junk keeps few timers. */
  const limited = new WeakMap<Promise<void>, Promise<void>>();
  const reloadInTime = (): Promise<void> => {
    const reading = reload();
    const shared = limited.get(reading) ?? inTime(reading);
    limited.set(reading, shared);
    return shared;
  };
  /** Keys of an earlier process are old news while the database can still be asked. */
  let first: Promise<unknown> | null = reloadInTime()
    .catch(() => undefined)
    .finally(() => {
      first = null;
    });
  const listening = db.$client.listen("rollcall_keys", reloadQuietly, reloadQuietly).catch(() => null);
  const timer = setInterval(() => closed || reloadQuietly(), reloadMs);
  timer.unref();

  const known = (key: string): KeyEntry | null => {
    if (key === "" || first) return null;
    const entry = found.get(key) ?? entries.get(sha256(key)) ?? null;
    if (entry) found.set(key, entry);
    return entry;
  };

  return {
    known,
    async find(key) {
      if (key === "") return null;
      if (first) await first;
      const entry = known(key);
      if (entry) return entry;
      await reloadInTime();
      return known(key);
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await (await listening)?.unlisten().catch(() => undefined);
    },
  };
}

/** Why a caller is turned away, with the HTTP status to answer. */
export type Refusal = { reason: ReasonCode; detail: string | null; status: 401 | 403 | 429 };

/** Why a key may not do what is asked; null when it may. */
export function refuse(
  entry: KeyEntry | null,
  asked: { action: string; role: string | null; remoteAddress: string; now: number },
): Refusal | null {
  if (!entry) return { reason: "no_such_key", detail: null, status: 401 };
  if (entry.revokedAt !== null) return { reason: "key_revoked", detail: null, status: 401 };
  if (entry.expiresAt !== null && entry.expiresAt <= asked.now)
    return { reason: "key_expired", detail: null, status: 401 };
  if (entry.allowedIps && !addressAllowed(entry.allowedIps, asked.remoteAddress)) {
    return { reason: "address_not_allowed", detail: asked.remoteAddress, status: 403 };
  }
  if (entry.actions && !entry.actions.includes(asked.action)) {
    return { reason: "action_not_allowed", detail: asked.action, status: 403 };
  }
  if (asked.role !== null && !roleAllowed(entry.roles, asked.role)) {
    return { reason: "role_not_allowed", detail: asked.role, status: 403 };
  }
  return null;
}

/** Whether a key's role list covers a role. No list allows every role but the protected ones. */
export function roleAllowed(roles: string[] | null, role: string): boolean {
  const slug = roleSlug(role);
  return roles === null
    ? !protectedRoles.includes(slug)
    : roles.some((allowed) => roleSlug(allowed) === slug);
}

/**
 * An address or CIDR range as its network and the bits of it that count; null for a text that is neither. IPv4 in the
 * form of IPv6 is IPv4, as callers are; a range that begins there and reaches beyond cannot be read.
 */
export function readRange(text: string): [network: IPv4 | IPv6, bits: number] | null {
  if (ipaddr.isValid(text)) {
    const address = ipaddr.process(text);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  }
  if (!ipaddr.isValidCIDR(text)) return null;
  const [network, bits] = ipaddr.parseCIDR(text);
  if (!(network instanceof ipaddr.IPv6) || !network.isIPv4MappedAddress()) return [network, bits];
  return bits < 96 ? null : [network.toIPv4Address(), bits - 96];
}

/** Whether an address lies in one of the addresses or CIDR ranges; an entry that cannot be read covers nothing. */
export function addressAllowed(ranges: string[], address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const caller = ipaddr.process(address);
  return ranges.some((range) => {
    const [network, bits] = readRange(range) ?? [];
    return network?.kind() === caller.kind() && bits !== undefined && caller.match(network, bits);
  });
}
