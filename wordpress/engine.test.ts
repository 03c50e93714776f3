import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeDestination, makeMember } from "#db/factories.ts";
import { memberContacts } from "#db/schema/members.ts";
import { testDatabase } from "#db/testing.ts";
import { env } from "#lib/env.ts";
import { resumeDestination } from "#lib/push/states.ts";
import { wantFailedPushes, wantPushes } from "#lib/push/want.ts";
import { seal } from "#lib/secrets.ts";
import { type Fault, startWordPress, type WordPressSite } from "./start-site.ts";
import { until } from "./until.ts";

/** At least 40; more takes longer and shows the same. */
const total = Number(process.env.WORDPRESS_MEMBERS ?? 500);
/** Of the first members, so many each are in the way of somebody who is at the site already. */
const each = 8;
/** A busy machine brings two members a second to the site; faults and restarts come on top. */
const limitSeconds = 300 + total * 2;
type Member = Awaited<ReturnType<typeof makeMember>>;

let site: WordPressSite;
let database: Awaited<ReturnType<typeof testDatabase>>;
let destinationId: string;
const pumps: ChildProcess[] = [];
const members: Member[] = [];
const db = () => database.db;

beforeAll(async () => {
  database = await testDatabase();
  site = await startWordPress();
  site.companion(true);
  site.php("add_role('gold', 'Gold', array('read' => true)); return add_role('silver', 'Silver') !== null;");
  const made = await makeDestination(db(), {
    kind: "wordpress",
    settings: { url: site.url, username: site.username, fields: { city: "city" } },
    secrets: seal(env().ENCRYPTION_KEY, JSON.stringify({ applicationPassword: site.applicationPassword })),
    concurrency: 4,
  });
  destinationId = made.id;
});
afterAll(async () => {
  await Promise.all(pumps.map((pump) => endPump(pump)));
  await site?.stop();
  await database?.close();
});

function startPump(): ChildProcess {
  const file = path.join(import.meta.dirname, "pump-process.ts");
  const pump = spawn(process.execPath, [file], {
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, DATABASE_URL: database.url, LOG_LEVEL: "fatal" },
  });
  pumps.push(pump);
  return pump;
}

async function endPump(pump: ChildProcess, signal?: "SIGKILL"): Promise<void> {
  if (pump.exitCode !== null || pump.signalCode !== null) return;
  const gone = once(pump, "exit");
  if (signal) pump.kill(signal);
  else pump.stdin?.end();
  await gone;
}

const counts = async (): Promise<Partial<Record<string, number>> & { settled: number }> => {
  const rows = await db().execute<{ state: string; count: number }>(
    sql`select state, count(*)::int as count from push_targets group by state`,
  );
  const all: Partial<Record<string, number>> = Object.fromEntries(rows.map((row) => [row.state, row.count]));
  return { ...all, settled: (all.idle ?? 0) + (all.refused ?? 0) };
};
const settled = (share: number) =>
  until(
    `${share * 100} % are settled`,
    async () => {
      const { due, running, failed, settled: done } = await counts();
      // A machine under load times out by itself; what only waits for its next try need not be waited for.
      if (failed && !due && !running) await tryAgain();
      return done >= total * share;
    },
    limitSeconds,
  );
const rests = async () =>
  (await db().execute(sql`select from breakers where opened_at is not null`)).length > 0;

/** What a person does once their site works again: the rest is not waited for. */
async function tryAgain(): Promise<void> {
  await db().transaction((tx) => resumeDestination(tx, destinationId, "ada@example.com"));
  await db().transaction((tx) =>
    wantFailedPushes(
      tx,
      members.map(({ id }) => id),
    ),
  );
}

/** Switches a fault on until so many writes met it or Rollcall lets the site rest, and heals the site. */
async function suffer(fault: Fault, writes: number): Promise<void> {
  site.writes();
  const heal = site.fault(fault);
  let met = 0;
  await until(
    `${writes} writes met ${fault}`,
    async () => {
      met += site.writes().length;
      if (met >= writes) return true;
      if (await rests()) {
        if (met > 0) return true;
        await tryAgain();
      }
      return false;
    },
    120,
  );
  heal();
  await site.kill();
  await site.resume();
  await tryAgain();
}

type SiteUser = Record<"login" | "email" | "first" | "last" | "city" | "member", string> & {
  id: number;
  roles: string[];
  tags: string[];
  contacts: string[];
};
const readUsers = () =>
  site.php<SiteUser[]>(`
    $meta = fn($u, $key) => get_user_meta($u->ID, $key, true);
    return array_map(fn($u) => array('id' => $u->ID, 'login' => $u->user_login, 'email' => $u->user_email,
      'first' => $u->first_name, 'last' => $u->last_name, 'roles' => array_values($u->roles), 'city' => $meta($u, 'city'),
      'member' => $meta($u, 'rollcall_member'), 'contacts' => $meta($u, 'rollcall_contacts'), 'tags' => $meta($u, 'rollcall_tags')),
      get_users());`);
/** Every byte that WordPress keeps of these users. */
const bytesOf = (ids: readonly number[]) =>
  site.php<unknown[]>(`global $wpdb; return array(
    $wpdb->get_results("select * from $wpdb->users where ID in (${ids.join()}) order by ID"),
    $wpdb->get_results("select * from $wpdb->usermeta where user_id in (${ids.join()}) order by umeta_id"));`);
const addUser = (login: string, email: string, role: string) =>
  site.php<number>(
    `return wp_insert_user(array('user_login' => '${login}', 'user_email' => '${email}', 'user_pass' => 'their own', 'role' => '${role}'));`,
  );

const shown = (member: Member, number: number) => ({
  email: member.email,
  login: member.login,
  first: member.firstName,
  last: member.lastName,
  roles: [member.role],
  city: member.fields.city,
  member: member.id,
  contacts: [`${destinationId}:${number}`],
  tags: member.tags,
});

test(
  `${total} members are made, changed and changed again while site and workers die: none lost, none doubled`,
  async () => {
    for (let number = 0; number < total; number++) {
      const member = await makeMember(db(), {
        number: number + 1,
        firstName: `Ada ${number}`,
        role: number % 3 === 0 ? "gold" : "subscriber",
        tags: ["Member", `Cohort ${number % 7}`],
        fields: { city: `City ${number}` },
      });
      members.push(member);
      await db()
        .insert(memberContacts)
        .values({
          connectionId: destinationId,
          contactId: String(number),
          memberId: member.id,
          tags: [],
          fields: {},
          loadedAt: new Date(),
        });
    }
    const group = (at: number) => members.slice(at * each, (at + 1) * each);
    const [adopted, admins, shadowed] = [group(0), group(1), group(2)];
    for (const { login, email } of adopted) addUser(`${login}.old`, email, "subscriber");
    const kept = [
      ...admins.map(({ login, email }, at) => addUser(login, email, at % 2 ? "editor" : "administrator")),
      ...shadowed.map(({ login }) => addUser(login, `not.${login}`, "silver")),
    ];
    const before = bytesOf(kept);

    const [first, second] = [startPump(), startPump()];
    for (const [number, { id }] of members.entries()) {
      const sealed = seal(env().ENCRYPTION_KEY, `password ${number}`);
      await wantPushes(db().$client, [
        { memberId: id, syncId: null, priority: "update", password: { sealed, why: "new" } },
      ]);
    }
    await settled(0.15);
    await suffer("lose-answer", 3);
    await settled(0.35);
    await suffer("slow-after-write", 4);
    await settled(0.55);
    await endPump(first, "SIGKILL");
    startPump();
    await settled(0.75);
    await site.kill();
    await until("somebody’s push failed", async () => "failed" in (await counts()));
    await site.resume();
    await tryAgain();
    await settled(1);

    for (const [number, member] of members.entries()) {
      member.firstName = `Grace ${number}`;
      member.role = number % 2 ? "silver" : "gold";
      member.tags = ["Member", "Renewed", `Cohort ${number % 5}`];
      member.fields = { city: number % 4 ? `Town ${number}` : "" };
      if (number % 10 === 9 && number >= 3 * each) member.email = `moved.${number}@example.com`;
      const { email, firstName, role, fields } = member;
      await db().execute(sql`
      update members set email = ${email}, first_name = ${firstName}, role = ${role}, fields = ${JSON.stringify(fields)}::text::jsonb,
        tags = array['Member', 'Renewed', ${`Cohort ${number % 5}`}] where id = ${member.id}`);
      await wantPushes(db().$client, [{ memberId: member.id, syncId: null, priority: "update" }]);
    }
    await settled(0.2);
    await suffer("slow-before-write", 4);
    await settled(0.5);
    await endPump(second, "SIGKILL");
    await suffer("lose-answer", 2);
    await settled(1);
    await until("nothing is under way", async () => (await counts()).settled === total);

    const users = readUsers();
    const refused = new Set([...admins, ...shadowed].map(({ id }) => id));
    const wanted = members.map(shown).filter(({ member }) => !refused.has(member));
    const names = new Set(adopted.map(({ id }) => id));
    const found = new Map(
      users.filter(({ member }) => member).map(({ id: _, ...user }) => [user.member, user]),
    );
    for (const one of wanted)
      expect(found.get(one.member)).toEqual(
        names.has(one.member) ? { ...one, login: `${one.login}.old` } : one,
      );
    expect(found.size).toBe(wanted.length);
    // The owner, Rollcall’s own user, those who are not Rollcall’s to touch, and one user for everybody else.
    expect(users).toHaveLength(2 + kept.length + wanted.length);
    for (const name of ["login", "email"] as const)
      expect(new Set(users.map((user) => user[name].toLowerCase())).size).toBe(users.length);
    expect(bytesOf(kept)).toEqual(before);

    const reasons = await db().execute(
      sql`select reason, count(*)::int as count from push_targets where state = 'refused' group by reason order by reason`,
    );
    expect([...reasons]).toEqual([
      { reason: "site_login_taken", count: each },
      { reason: "site_user_protected", count: each },
    ]);
    const wrong = site.php<string[]>(`
    $wrong = array();
    foreach (get_users() as $u) if (preg_match('/^member(\\\\d+)@example.com$/', $u->user_login, $m) && get_user_meta($u->ID, 'rollcall_member', true)
      && !wp_check_password('password ' . ($m[1] - 1), $u->user_pass, $u->ID)) $wrong[] = $u->user_login;
    return $wrong;`);
    expect(wrong).toEqual([]);
    expect(
      site.mails().filter(({ to }) => refused.has(members.find(({ email }) => email === to)?.id ?? "")),
    ).toEqual([]);
  },
  limitSeconds * 2_000,
);
