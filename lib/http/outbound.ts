import { lookup as lookUp } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, type Dispatcher, request } from "undici";
import type { FetchAnswer, FetchInit } from "../crm/contract.ts";
import { GiveUp, RetryLater } from "../errors.ts";
import { readAddressRule } from "./outbound-address.ts";

type OutboundOptions = {
  /** OUTBOUND_ALLOW: CIDRs beside the public internet, comma separated. */
  allow: string;
  timeoutMs?: number;
  maxBytes?: number;
  /** The resolver, by default the system's. */
  resolve?: (host: string) => Promise<{ address: string; family: number }[]>;
};

/** Sends HTTP requests to vetted addresses only. */
export type Outbound = {
  fetch(url: string, init: FetchInit): Promise<FetchAnswer>;
  close(): Promise<void>;
};

class AddressBlocked extends Error {}
class AnswerTooLarge extends Error {}

const resolveBySystem = (host: string) =>
  new Promise<{ address: string; family: number }[]>((resolve, reject) =>
    lookUp(host, { all: true }, (error, found) => (error ? reject(error) : resolve(found))),
  );

const withoutBrackets = (hostname: string) => hostname.replace(/^\[|\]$/g, "");

/** A resolver for sockets: one forbidden address among the answers refuses them all (a rebinding name mixes them). */
function vettedLookup(
  resolve: NonNullable<OutboundOptions["resolve"]>,
  mayCall: (address: string) => boolean,
): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const first = found[0];
        if (!first) return callback(new Error(`${host} has no address`), "", 0);
        if (!found.every(({ address }) => mayCall(address))) return callback(new AddressBlocked(host), "", 0);
        if (options.all) return callback(null, found);
        return callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 0),
    );
  };
}

function vetUrl(text: string, mayCall: (address: string) => boolean): URL {
  const url = URL.parse(text);
  if (!url) throw new GiveUp("crm_address_blocked", { detail: "something that is no URL" });
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new GiveUp("crm_address_blocked", { detail: `${url.protocol}//${url.host}` });
  if (url.username || url.password)
    throw new GiveUp("crm_address_blocked", { detail: `${url.host} with a user name in front` });
  const host = withoutBrackets(url.hostname);
  if (isIP(host) && !mayCall(host)) throw new GiveUp("crm_address_blocked", { detail: host });
  return url;
}

async function readCapped(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new AnswerTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const causes: Record<string, string> = {
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name could not be looked up",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection broken off",
  UND_ERR_SOCKET: "connection broken off",
  EHOSTUNREACH: "no route",
  ENETUNREACH: "no route",
  CERT_HAS_EXPIRED: "certificate expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate not trusted",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate is for another name",
};
const timeouts = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ETIMEDOUT",
]);

/** undici wraps what the socket said, and Node gathers failures of several addresses: the named one is inside. */
function innermost(error: unknown): Error & { code?: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (!(error instanceof Error)) return new Error(String(error));
  if (error.cause instanceof Error && !("code" in error)) return innermost(error.cause);
  return error;
}

function named(error: unknown, host: string, timedOut: boolean): Error {
  const inner = innermost(error);
  const code = inner.code ?? "";
  if (inner instanceof AddressBlocked) return new GiveUp("crm_address_blocked", { detail: host });
  if (inner instanceof AnswerTooLarge)
    return new RetryLater("crm_unexpected", { detail: `${host} answered with too much` });
  if (timedOut || timeouts.has(code)) return new RetryLater("crm_timeout", { detail: host, cause: inner });
  const why = causes[code] ?? (code || "connection failed");
  return new RetryLater("crm_unreachable", { detail: `${host}: ${why}`, cause: inner });
}

/**
 * Outgoing HTTP for everything that calls others: http and https, no redirects, every address vetted and the
 * connection made to the address that was vetted, 15 s in all and 10 MiB of answer unless told otherwise. Throws
 * `crm_timeout`, `crm_unreachable` and `crm_unexpected` as RetryLater, `crm_address_blocked` as GiveUp.
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const mayCall = readAddressRule(options.allow);
  const maxBytes = options.maxBytes ?? 10 * 1024 * 1024;
  const agent = new Agent({
    connect: { lookup: vettedLookup(options.resolve ?? resolveBySystem, mayCall), timeout: 5000 },
    connections: 32,
    keepAliveTimeout: 10_000,
    maxHeaderSize: 64 * 1024,
  });
  return {
    async fetch(target, init) {
      const url = vetUrl(target, mayCall);
      const limit = AbortSignal.timeout(init.timeoutMs ?? options.timeoutMs ?? 15_000);
      try {
        const answer = await request(url, {
          dispatcher: agent,
          // The cast: undici lists the methods it knows; others are sent as they are.
          method: init.method as Dispatcher.HttpMethod,
          headers: init.headers,
          body: init.body,
          signal: limit,
        });
        const headers = new Headers();
        for (const [name, value] of Object.entries(answer.headers))
          for (const each of [value ?? []].flat()) headers.append(name, each);
        return {
          status: answer.statusCode,
          headers,
          text: await readCapped(answer.body, init.maxBytes ?? maxBytes),
        };
      } catch (error) {
        throw named(error, url.host, limit.aborted);
      }
    },
    close: () => agent.destroy(),
  };
}
