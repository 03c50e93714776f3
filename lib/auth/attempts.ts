import type { Db } from "#db/client.ts";
import { sha256 } from "../secrets.ts";

/**
 * How many tries fit into a window that slides on with every try. `refund` is what a success gives back: all tries
 * (an account, whose person it was) or its own one (an address, which others share).
 */
export type AttemptLimit = {
  name: string;
  by: string;
  limit: number;
  windowSeconds: number;
  refund: "all" | "one";
};

const keyOf = ({ name, by }: AttemptLimit) => `${name}:${sha256(by.toLowerCase()).slice(0, 32)}`;

/**
 * Counts one try against every limit before it is made, in one statement, so that parallel guesses count too. Returns
 * the seconds to wait when one is used up, else null. A refused try counts no further: a stranger cannot keep an
 * account shut for longer than the window.
 */
export async function spendAttempt(db: Db, limits: AttemptLimit[]): Promise<number | null> {
  const rows = limits.map((limit) => ({
    key: keyOf(limit),
    most: limit.limit,
    seconds: limit.windowSeconds,
  }));
  const [refused] = await db.$client<{ seconds: number | null }[]>`
    with given as (
      select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as g(key text, most int, seconds int)
    ), spent as (
      insert into attempts as a (key, count, until)
      select key, 1, now() + make_interval(secs => seconds) from given order by key
      on conflict (key) do update set
        count = case when a.until <= now() then 1 else least(a.count, 1000000) + 1 end,
        until = case when a.until > now() and a.count >= (select most from given where key = a.key) then a.until
          else excluded.until end
      returning key, count, until
    )
    select ceil(max(extract(epoch from spent.until - now())))::int as seconds
    from spent join given using (key) where spent.count > given.most`;
  return refused?.seconds ?? null;
}

/** Gives tries back after a success, as each limit says. */
export async function forgiveAttempts(db: Db, limits: AttemptLimit[]): Promise<void> {
  const rows = limits.map((limit) => ({ key: keyOf(limit), refund: limit.refund }));
  await db.$client`
    update attempts a set count = case refund when 'all' then 0 else greatest(a.count - 1, 0) end
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as g(key text, refund text) where g.key = a.key`;
}

/** The limits of a password check: 10 tries an account, 50 an address, in 15 minutes. */
export const passwordLimits = (name: string, account: string, address: string): AttemptLimit[] => [
  { name: `${name}.account`, by: account, limit: 10, windowSeconds: 900, refund: "all" },
  { name: `${name}.address`, by: address, limit: 50, windowSeconds: 900, refund: "one" },
];
