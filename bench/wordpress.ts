import { sql } from "drizzle-orm";
import { closeDb, type Db, openDb } from "#db/client.ts";
import { startEmbedded } from "#db/embedded.ts";
import { migrate } from "#db/migrate.ts";
import { env } from "#lib/env.ts";
import { createOutbound } from "#lib/http/outbound.ts";
import { uuidv7 } from "#lib/ids.ts";
import { startPushes } from "#lib/push/run-pushes.ts";
import { seal } from "#lib/secrets.ts";
import { startWordPress, type WordPressSite } from "../wordpress/start-site.ts";
import { until } from "../wordpress/until.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const atOnce = 4;
const perRound = 60;
const rounds = 3;

/**
 * New members per second into a real WordPress through Rollcall, against the site's own limit: a plain loop that makes
 * the same three REST calls a member (look, make, look again), as many at once. The two take turns, so that a machine
 * that is slow for a while is slow for both.
 */
export async function benchWordPress(): Promise<void> {
  console.log(
    `\nNew members into a real WordPress, ${atOnce} at once, through Rollcall and by a plain loop.`,
  );
  const { dataDir, remove } = temporaryFolder("wp-");
  const database = await startEmbedded({ dataDir, throwaway: true });
  await migrate(database.url);
  const db = openDb(database.url, { max: 20, name: "rollcall bench", lateFlush: true });
  const site = await startWordPress();
  site.companion(true);
  try {
    const ratios: number[] = [];
    await plainRound(site, -1);
    for (let round = 0; round < rounds; round++) {
      const plain = await plainRound(site, round);
      const rollcall = await rollcallRound(db, site, round);
      ratios.push(rollcall / plain);
      console.log(`round ${round + 1}: plain ${plain.toFixed(1)}/s, Rollcall ${rollcall.toFixed(1)}/s`);
    }
    const median = ratios.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
    console.log(
      `Rollcall keeps the site at ${Math.round(median * 100)} % of what it can take (median ratio).`,
    );
  } finally {
    await site.stop();
    await closeDb(db);
    await database.stop();
    remove();
  }
}

const names = (who: string, round: number) =>
  Array.from({ length: perRound }, (_, at) => `${who}.${round}.${at}@example.com`);

/** Members per second. */
async function plainRound(site: WordPressSite, round: number): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${site.username}:${site.applicationPassword}`).toString("base64")}`;
  const headers = { authorization, "content-type": "application/json" };
  const users = `${site.url}/wp-json/wp/v2/users`;
  const waiting = names("plain", round);
  const look = async (email: string) => {
    const query = `context=edit&search=${encodeURIComponent(email)}&search_columns[]=email&per_page=100&page=1`;
    await (await fetch(`${users}?${query}`, { headers })).text();
  };
  const began = performance.now();
  const lane = async () => {
    for (let email = waiting.pop(); email; email = waiting.pop()) {
      await look(email);
      const body = JSON.stringify({
        username: email,
        email,
        password: "a password of theirs",
        roles: ["subscriber"],
        first_name: "Ada",
        last_name: "Lovelace",
        meta: { rollcall_tags: ["Member"] },
      });
      const answer = await fetch(users, { method: "POST", headers, body });
      if (!answer.ok) throw new Error(await answer.text());
      await answer.text();
      await look(email);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return (perRound * 1000) / (performance.now() - began);
}

async function rollcallRound(db: Db, site: WordPressSite, round: number): Promise<number> {
  await db.execute(sql`truncate destinations, push_targets, pushes, members, breakers cascade`);
  const settings = JSON.stringify({ url: site.url, username: site.username });
  const secrets = seal(
    env().ENCRYPTION_KEY,
    JSON.stringify({ applicationPassword: site.applicationPassword }),
  );
  await db.execute(sql`
    insert into destinations (id, kind, name, settings, secrets, rate_per_minute, concurrency)
    values (${uuidv7()}, 'wordpress', 'Bench', ${settings}::text::jsonb, ${secrets}, 60000, ${atOnce})`);
  for (const email of names("rollcall", round))
    await db.execute(sql`
      insert into members (id, email, login, role, first_name, last_name, tags, fields)
      values (${uuidv7()}, ${email}, ${email}, 'subscriber', 'Ada', 'Lovelace', '{Member}', '{}')`);
  await db.execute(sql`
    insert into push_targets (destination_id, member_id, state, priority, due_at, wanted_at)
    select d.id, m.id, 'due', 50, clock_timestamp(), clock_timestamp() from destinations d, members m`);
  const outbound = createOutbound({ allow: "127.0.0.0/8" });
  const began = performance.now();
  const pushes = await startPushes(db, outbound.fetch);
  let ended = 0;
  await until(
    "everybody is pushed",
    async () => {
      const [row] = await db.execute<{ left: number }>(
        sql`select count(*)::int as left from push_targets where state <> 'idle'`,
      );
      ended = performance.now();
      return row?.left === 0;
    },
    120,
  );
  await pushes.stop();
  await outbound.close();
  return (perRound * 1000) / (ended - began);
}
