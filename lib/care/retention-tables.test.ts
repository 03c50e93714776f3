import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeMember } from "#db/factories.ts";
import { users } from "#db/schema/people.ts";
import { type TestDatabase, testDatabase } from "#db/testing.ts";
import { uuidv7, uuidv7Floor } from "../ids.ts";
import { lapsedRows } from "./lapsed-rows.ts";
import { runRetention } from "./retention.ts";
import { plainRows } from "./retention-kinds.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const dayMs = 24 * 3600 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);

/** Tables that do not grow with what happens: people set them up, or there is one row for each thing that is set up. */
const setUp = {
  accounts: [
    "access_keys",
    "alert_channels",
    "alert_limits",
    "api_tokens",
    "connections",
    "destinations",
    "retention_rules",
    "users",
  ],
  onePerAccount: ["breakers", "budgets", "care_rounds", "registration_checks", "silences", "sweep_marks"],
  onePerMember: ["member_contacts", "members", "push_targets"],
};

/** Tables whose rows go where they are used, with who sees to it. */
const byTheirUse = {
  arrivals: "lib/care/silence.ts keeps what it compares with",
  deliveries: "a day at a time, with their outcomes",
  door_beats: "lib/care/heartbeat.ts, at each start",
  flood_rates: "lib/sync/flood-tick.ts keeps an hour",
  inbox: "lib/sync/collect.ts takes them",
  outcomes: "with their deliveries",
  pending_mails: "go when the mail is handed over",
  pending_passwords: "go when the CRM has them",
  write_traces: "lib/sync/write-traces.ts, when they expire",
};

test("every table is either bounded by what was set up or somebody takes its old rows away", async () => {
  const rows = await database.db.execute<{ name: string }>(sql`
    select relname as name from pg_class
    where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace`);
  const cleaned = [...Object.values(plainRows).flat(), ...lapsedRows].map(({ table }) => table);
  const known = [...Object.values(setUp).flat(), ...Object.keys(byTheirUse), ...cleaned];
  expect(rows.map(({ name }) => name).sort()).toEqual(known.sort());
});

test("links and counters that lapsed go after a month, outages and mutes with what else watching left", async () => {
  const { db } = database;
  const member = await makeMember(db, {});
  const [lapsed, fresh] = [daysAgo(31).toISOString(), daysAgo(29).toISOString()];
  const [old, recent] = [daysAgo(181), daysAgo(179)];
  for (const until of [lapsed, fresh]) {
    await db.execute(sql`insert into attempts values (${until}, 1, ${until})`);
    await db.execute(
      sql`insert into password_links (hash, member_id, expires_at) values (${until}, ${member.id}, ${until})`,
    );
    await db.execute(
      sql`insert into sign_in_links (hash, member_id, return_to, expires_at) values (${until}, ${member.id}, '', ${until})`,
    );
    const userId = uuidv7();
    await db.insert(users).values({ id: userId, email: until, name: "A", role: "viewer" });
    await db.execute(sql`insert into invites values (${userId}, ${until}, ${until})`);
  }
  for (const [index, at] of [old, recent].entries()) {
    const id = uuidv7Floor(at);
    const moment = at.toISOString();
    await db.execute(sql`insert into outages values (${id}, 'spool', ${moment}, ${moment}, ${index})`);
    await db.execute(sql`insert into alert_mutes (id, until, actor) values (${id}, ${moment}, 'a')`);
  }
  const stillHolds = uuidv7();
  await db.execute(
    sql`insert into alert_mutes (id, until, actor) values (${stillHolds}, now() + interval '1 day', 'a')`,
  );
  await runRetention(db, null);
  const left = async (table: string, column: string) =>
    (
      await db.execute<{ value: unknown }>(
        sql`select ${sql.raw(column)} as value from ${sql.raw(table)} order by 1`,
      )
    ).map(({ value }) => value);
  expect(await left("attempts", "key")).toEqual([fresh]);
  expect(await left("invites", "hash")).toEqual([fresh]);
  expect(await left("password_links", "hash")).toEqual([fresh]);
  expect(await left("sign_in_links", "hash")).toEqual([fresh]);
  expect(await left("outages", "deliveries")).toEqual([1]);
  expect(await left("alert_mutes", "id")).toEqual([uuidv7Floor(recent), stillHolds]);
});
