import { setTimeout as sleep } from "node:timers/promises";
import autocannon from "autocannon";
import { Pool } from "undici";

/** One measurement: requests a second, milliseconds, and what was not answered 2xx. */
export type Measured = { perSecond: number; p50: number; p99: number; max: number; errors: number };

/** An automation's webhook, as ActiveCampaign writes it. */
export const automationBody = (contactId: number): string =>
  `contact%5Bid%5D=${contactId}&contact%5Bemail%5D=member${contactId}%40example.com&contact%5Bfirst_name%5D=Member&contact%5Blast_name%5D=One` +
  "&contact%5Bphone%5D=%2B33+6+00+00+00+00&contact%5Borgname%5D=ExampleOrg&contact%5Bcustomer_acct_name%5D=ExampleOrg" +
  "&contact%5Btags%5D=Newsletter&contact%5Bip4%5D=127.0.0.1&contact%5Bfields%5D%5Bcontact_owner%5D=Owner+Example&seriesid=929";

const headers = { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" };

/** As many requests as the server answers over `connections`, for `seconds` after a warm-up. */
export async function closedLoop(
  url: string,
  connections: number,
  seconds: number,
  bodies = [automationBody(1)],
): Promise<Measured> {
  const requests = bodies.map((body) => ({ body }));
  const once = (duration: number) =>
    autocannon({ url, connections, duration, method: "POST", headers, requests });
  await once(2);
  const result = await once(seconds);
  return {
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    max: result.latency.max,
    errors: result.errors + result.timeouts + result.non2xx,
  };
}

const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Median, 95th and 99th percentile and the most of milliseconds. */
export function spread(values: number[]): { p50: number; p95: number; p99: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    max: sorted.at(-1) ?? 0,
  };
}

/** Posts through a pool in undici's plainest way, so that the load takes as little of the cores as it can. */
function post(pool: Pool, path: string, body: string): Promise<boolean> {
  return new Promise((resolve) => {
    let status = 500;
    pool.dispatch(
      { path, method: "POST", headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_, code) => {
          status = code;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => resolve(status < 300),
        onResponseError: () => resolve(false),
      },
    );
  });
}

/**
 * Sends at a fixed rate whatever the answers do (open loop). A latency counts from the moment at which the request was
 * due, so a stalled server cannot hide its stall.
 */
export async function openLoop(options: {
  url: string;
  perSecond: number;
  seconds: number;
  /** Asked for each request when it is due. */
  body: (number: number) => string;
}): Promise<Measured> {
  const { origin, pathname } = new URL(options.url);
  const pool = new Pool(origin, { connections: 256 });
  const latencies: number[] = [];
  const pending: Promise<void>[] = [];
  const total = options.perSecond * options.seconds;
  const began = performance.now();
  let errors = 0;
  for (let number = 0; number < total; ) {
    const due = Math.min(total, Math.ceil(((performance.now() - began) / 1000) * options.perSecond));
    for (; number < due; number++) {
      const dueAt = began + (number / options.perSecond) * 1000;
      pending.push(
        post(pool, pathname, options.body(number)).then((ok) => {
          latencies.push(performance.now() - dueAt);
          if (!ok) errors += 1;
        }),
      );
    }
    await sleep(1);
  }
  await Promise.all(pending);
  await pool.close();
  return { perSecond: total / ((performance.now() - began) / 1000), ...spread(latencies), errors };
}
