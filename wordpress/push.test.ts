import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Known, nothingKnown, type Pushed } from "#lib/destinations/contract.ts";
import { idOf, newMember, openDestination, thrown } from "./open-destination.ts";
import { startWordPress, type WordPressSite } from "./start-site.ts";
import { until } from "./until.ts";

let site: WordPressSite;
const push = { id: "0199a5c0-2222-7000-8000-000000000000" };
const phpText = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;

beforeAll(async () => {
  site = await startWordPress();
  site.php(
    "add_role('gold', 'Gold', array('read' => true)); add_role('silver', 'Silver', array('read' => true)); return 1;",
  );
});
afterAll(() => site?.stop());
beforeEach(() => void site.writes());

type Stored = {
  ID: number;
  user_login: string;
  user_email: string;
  display_name: string;
  roles: string[];
  first_name: string;
  last_name: string;
};
const stored = (email: string) =>
  site.php<Stored[]>(
    `return array_map(fn($u) => array_merge((array) $u->data, array('ID' => $u->ID, 'roles' => array_values($u->roles), 'first_name' => $u->first_name, 'last_name' => $u->last_name)),
      get_users(array('search' => ${phpText(email)}, 'search_columns' => array('user_email'))));`,
  );
const addUser = (login: string, email: string, role = "subscriber") =>
  String(
    site.php<number>(
      `return wp_insert_user(array('user_login' => ${phpText(login)}, 'user_email' => ${phpText(email)}, 'user_pass' => 'their own', 'role' => ${phpText(role)}));`,
    ),
  );
const passwordIs = (login: string, password: string) =>
  site.php<boolean>(
    `$u = get_user_by('login', ${phpText(login)}); return wp_check_password(${phpText(password)}, $u->user_pass, $u->ID);`,
  );
const users = () => site.php<number>("return (int) count_users()['total_users'];");
const knownOf = (pushed: Pushed): Known => {
  if (pushed.status === "refused") throw new Error(JSON.stringify(pushed));
  return pushed.known;
};

describe("a member who is not there yet", () => {
  test("is made with login, names, role and password, and sends no mail", async () => {
    const member = newMember({ role: "gold" });
    const mails = site.mails().length;
    const pushed = await openDestination(site).push(member, nothingKnown, push);
    expect(pushed).toMatchObject({ status: "done", made: true, left: "companion_missing" });
    expect(stored(member.email)).toMatchObject([
      {
        user_login: member.login,
        roles: ["gold"],
        first_name: "Zoë",
        last_name: "O’Connor &amp; Sons",
        display_name: "Zoë O’Connor &amp; Sons",
      },
    ]);
    expect(passwordIs(member.login, "a password of theirs")).toBe(true);
    expect(site.mails()).toHaveLength(mails);
  });

  test("is up to date the next time, at the cost of one call", async () => {
    const member = newMember({ firstName: "A  <b>B</b>", lastName: "C & D" });
    const made = await openDestination(site).push(member, nothingKnown, push);
    const again = openDestination(site);
    expect(await again.push(member, knownOf(made), push)).toMatchObject({ status: "unchanged" });
    expect(again.calls()).toBe(1);
    expect(site.writes()).toEqual(["POST /wp/v2/users"]);
  });

  test("has a login of their own, fixed once they were made", async () => {
    const member = newMember({ login: "zoe.connor" });
    const client = openDestination(site);
    const made = await client.push(member, nothingKnown, push);
    const renamed = { ...member, login: "another.name", firstName: "Zora" };
    expect(await client.push(renamed, knownOf(made), push)).toMatchObject({ changes: ["first name"] });
    expect(stored(member.email)).toMatchObject([{ user_login: "zoe.connor", first_name: "Zora" }]);
  });

  test("with an address that WordPress takes as no login still gets one", async () => {
    const member = newMember({ email: "zoë+courses@example.com".replace("ë", "e") });
    await openDestination(site).push(member, nothingKnown, push);
    expect(stored(member.email)).toMatchObject([{ user_login: "zoecourses@example.com" }]);
  });

  test("without a role has none there, and without a password gets one that nobody knows", async () => {
    const member = newMember({ role: "former", password: null });
    const client = openDestination(site, { roles: { former: "" } });
    expect(await client.push(member, nothingKnown, push)).toMatchObject({ made: true });
    expect(stored(member.email)).toMatchObject([{ roles: [] }]);
  });

  test("is not made where the destination makes nobody", async () => {
    const client = openDestination(site, { createUsers: false });
    expect(await client.push(newMember(), nothingKnown, push)).toMatchObject({
      status: "skipped",
      reason: "site_user_missing",
    });
  });
});

describe("a member who is there", () => {
  test("keeps the password until somebody asks for another", async () => {
    const member = newMember({ login: "keeps.password" });
    addUser("keeps.password", member.email);
    const client = openDestination(site);
    const found = await client.push(member, nothingKnown, push);
    expect(passwordIs("keeps.password", "their own")).toBe(true);
    const reset = { ...member, password: { plain: "a reset one", why: "reset" as const } };
    expect(await client.push(reset, knownOf(found), push)).toMatchObject({ changes: ["password"] });
    expect(passwordIs("keeps.password", "a reset one")).toBe(true);
  });

  test("changes address and role", async () => {
    const member = newMember({ role: "silver" });
    const client = openDestination(site);
    const made = await client.push(member, nothingKnown, push);
    const moved = { ...member, email: `moved.${member.email}`, role: "gold" };
    expect(await client.push(moved, knownOf(made), push)).toMatchObject({
      status: "done",
      made: false,
      changes: ["email", "role"],
    });
    expect(stored(moved.email)).toMatchObject([{ ID: Number(idOf(made)), roles: ["gold"] }]);
  });

  test("with roles added keeps those Rollcall did not give", async () => {
    const member = newMember({ role: "silver" });
    const id = addUser(member.login, member.email, "subscriber");
    const client = openDestination(site, { roleMode: "add" });
    const first = await client.push(member, nothingKnown, push);
    await client.push({ ...member, role: "gold" }, knownOf(first), push);
    expect(stored(member.email)).toMatchObject([{ ID: Number(id), roles: ["subscriber", "gold"] }]);
  });

  test("with roles left alone keeps them", async () => {
    const member = newMember({ role: "gold" });
    addUser(member.login, member.email, "silver");
    await openDestination(site, { roleMode: "leave" }).push(member, nothingKnown, push);
    expect(stored(member.email)).toMatchObject([{ roles: ["silver"] }]);
  });

  test("is found by address under another login, in another letter case, and not doubled", async () => {
    const member = newMember({ login: "the.crm.login" });
    const id = addUser("an.older.login", member.email.toUpperCase());
    const before = users();
    expect(idOf(await openDestination(site).push(member, nothingKnown, push))).toBe(id);
    expect(users()).toBe(before);
    expect(stored(member.email)).toMatchObject([{ user_login: "an.older.login" }]);
  });

  test("is found among more than a page of addresses that contain theirs", async () => {
    site.php(
      "for ($n = 0; $n < 130; $n++) wp_insert_user(array('user_login' => \"crowd$n\", 'user_email' => \"{$n}ann@crowd.example\", 'user_pass' => 'x')); return 1;",
    );
    const id = addUser("zzz.ann", "ann@crowd.example");
    const member = newMember({ email: "ann@crowd.example", login: "ann" });
    expect(idOf(await openDestination(site).push(member, nothingKnown, push))).toBe(id);
  });

  test("is not taken for whoever got their id when the site was rebuilt", async () => {
    const stranger = addUser("a.stranger", "stranger@example.com");
    const member = newMember();
    const known = { externalId: stranger, memory: { login: member.login } };
    expect(idOf(await openDestination(site).push(member, known, push))).not.toBe(stranger);
    expect(stored("stranger@example.com")).toMatchObject([{ user_login: "a.stranger" }]);
  });

  test("is made again when somebody deleted them there", async () => {
    const member = newMember();
    const client = openDestination(site);
    const made = await client.push(member, nothingKnown, push);
    site.php(`return wp_delete_user(${idOf(made)});`);
    expect(await client.push(member, knownOf(made), push)).toMatchObject({ status: "done", made: true });
  });
});

describe("a conflict changes nobody", () => {
  test.each([
    ["a login of somebody else", "taken.login", "taken.login"],
    ["a login that is an address", "taken@login.example", "taken@login.example"],
  ])("%s", async (_, login, theirs) => {
    addUser(theirs, `other.${Math.random()}@example.com`);
    const pushed = await openDestination(site).push(newMember({ login }), nothingKnown, push);
    expect(pushed).toEqual({ status: "refused", reason: "site_login_taken", detail: login });
    expect(site.writes().filter((line) => line !== "POST /wp/v2/users")).toEqual([]);
  });

  test("a login that only WordPress’s own refusal brings to light", async () => {
    const member = newMember({ email: "hidden@slug.example" });
    const id = addUser(member.login, "hidden.other@example.com");
    site.php(`return wp_update_user(array('ID' => ${id}, 'user_nicename' => 'something-else'));`);
    const client = openDestination(site);
    expect(await client.push(member, nothingKnown, push)).toMatchObject({ reason: "site_login_taken" });
    expect(site.writes()).toEqual(["POST /wp/v2/users"]);
  });

  test.each([
    ["by login", "protected.one", "someone@example.com"],
    ["by address", "another.login", "protected.one@example.com"],
  ])("an administrator found %s", async (_, login, email) => {
    if (login === "protected.one") addUser("protected.one", "protected.one@example.com", "administrator");
    const pushed = await openDestination(site).push(newMember({ login, email }), nothingKnown, push);
    expect(pushed).toEqual({ status: "refused", reason: "site_user_protected", detail: "protected.one" });
    expect(site.writes()).toEqual([]);
  });

  test("a member who was made an editor there", async () => {
    const member = newMember();
    const client = openDestination(site);
    const made = await client.push(member, nothingKnown, push);
    site.php(`(new WP_User(${idOf(made)}))->set_role('editor'); return 1;`);
    expect(await client.push({ ...member, firstName: "Z" }, knownOf(made), push)).toMatchObject({
      reason: "site_user_protected",
    });
    expect(stored(member.email)).toMatchObject([{ first_name: "Zoë", roles: ["editor"] }]);
  });

  test("somebody who may manage users under another role’s name", async () => {
    site.php("add_role('desk', 'Front desk', array('read' => true, 'edit_users' => true)); return 1;");
    const member = newMember();
    addUser(member.login, member.email, "desk");
    const pushed = await openDestination(site).push(member, nothingKnown, push);
    expect(pushed).toMatchObject({ reason: "site_user_protected" });
  });

  test("a protected role is never given", async () => {
    const client = openDestination(site, { roles: { gold: "administrator" }, protectedRoles: [] });
    const pushed = await client.push(newMember({ role: "gold" }), nothingKnown, push);
    expect(pushed).toEqual({ status: "refused", reason: "site_role_protected", detail: "administrator" });
  });

  test("a role that the site does not have", async () => {
    const pushed = await openDestination(site).push(newMember({ role: "workshop-pro" }), nothingKnown, push);
    expect(pushed).toEqual({ status: "refused", reason: "site_role_missing", detail: "workshop-pro" });
  });

  test("an address that another user has", async () => {
    const client = openDestination(site);
    const [one, other] = [newMember(), newMember()];
    await client.push(one, nothingKnown, push);
    const made = await client.push(other, nothingKnown, push);
    const pushed = await client.push({ ...other, email: one.email }, knownOf(made), push);
    expect(pushed).toEqual({ status: "refused", reason: "site_email_taken", detail: one.email });
  });

  test.each([
    ["an address that is none", { email: "nonsense", login: "nonsense.address" }, "site_email_refused"],
    [
      "an address too long for WordPress",
      { email: `${"a".repeat(90)}@long.example`, login: "long.address" },
      "site_email_refused",
    ],
    ["a backslash in a password", { password: { plain: "a\\b", why: "new" } }, "site_password_refused"],
  ] as const)("%s", async (_, change, reason) => {
    expect(await openDestination(site).push(newMember(change), nothingKnown, push)).toMatchObject({ reason });
  });
});

describe("when the site fails", () => {
  test("a lost answer to a create makes no second user", async () => {
    const member = newMember();
    const before = users();
    const heal = site.fault("lose-answer");
    expect(await thrown(openDestination(site).push(member, nothingKnown, push))).toBe(
      "later site_unreachable",
    );
    heal();
    expect(await openDestination(site).push(member, nothingKnown, push)).toMatchObject({
      status: "unchanged",
    });
    expect(users()).toBe(before + 1);
  });

  test("an answer that comes too late makes no second user", async () => {
    const member = newMember();
    const before = users();
    const heal = site.fault("slow-after-write");
    const slow = openDestination(site, {}, { timeoutMs: 1500 });
    expect(await thrown(slow.push(member, nothingKnown, push))).toBe("later site_timeout");
    heal();
    expect(await openDestination(site).push(member, nothingKnown, push)).toMatchObject({
      status: "unchanged",
    });
    expect(users()).toBe(before + 1);
  });

  test("a write that runs at the same moment as its repeat leaves one user", async () => {
    const member = newMember();
    const before = users();
    let arrived = 0;
    const heal = site.fault("slow-before-write");
    const slow = openDestination(site, {}, { timeoutMs: 1500 });
    expect(await thrown(slow.push(member, nothingKnown, push))).toBe("later site_timeout");
    const repeat = openDestination(site).push(member, nothingKnown, push);
    await until("both writes arrived", () => {
      arrived += site.writes().length;
      return arrived >= 2;
    });
    heal();
    await repeat;
    // The first one may even come last; whoever looks next finds both.
    await openDestination(site).push(member, nothingKnown, push);
    expect(stored(member.email)).toMatchObject([{ user_login: member.login, roles: ["subscriber"] }]);
    expect(users()).toBe(before + 1);
  });

  test("a site killed in the middle loses and doubles nobody once it is back", async () => {
    const members = Array.from({ length: 20 }, () => newMember());
    const before = users();
    const client = openDestination(site, {}, { timeoutMs: 3000 });
    const settled: string[] = [];
    const run = Promise.all(
      members.map(async (member, at) => {
        if (at === 10) await site.kill();
        const result = await client.push(member, nothingKnown, push).then(
          ({ status }) => status,
          () => "later",
        );
        settled.push(result);
      }),
    );
    await run;
    expect(settled).toContain("later");
    await site.resume();
    for (const member of members) await openDestination(site).push(member, nothingKnown, push);
    expect(users()).toBe(before + members.length);
  });

  test("every way to be out of reach has its name", async () => {
    const push1 = () => openDestination(site, {}, { timeoutMs: 2000 }).push(newMember(), nothingKnown, push);
    site.maintenance(true);
    expect(await thrown(push1())).toBe("later site_maintenance");
    site.maintenance(false);
    const quick = site.fault("slow");
    expect(await thrown(push1())).toBe("later site_timeout");
    quick();
    await site.kill();
    expect(await thrown(push1())).toBe("later site_unreachable");
    await site.resume();
    expect(await push1()).toMatchObject({ status: "done" });
  });

  test("a refused sign-in says whether the password is wrong or the server dropped it", async () => {
    const wrong = { ...site, applicationPassword: "aaaa bbbb cccc" };
    expect(await thrown(openDestination(wrong).push(newMember(), nothingKnown, push))).toBe(
      "never site_credentials_refused",
    );
    const heal = site.fault("strip-authorization");
    expect(await thrown(openDestination(site).push(newMember(), nothingKnown, push))).toBe(
      "never site_header_stripped",
    );
    heal();
  });

  test("a sign-in that may not manage users stops the destination", async () => {
    const password = site.php<string>(
      "$id = wp_insert_user(array('user_login' => 'author1', 'user_email' => 'author1@example.com', 'user_pass' => 'x', 'role' => 'author')); return WP_Application_Passwords::create_new_application_password($id, array('name' => 'x'))[0];",
    );
    const weak = { url: site.url, username: "author1", applicationPassword: password };
    expect(await thrown(openDestination(weak).push(newMember(), nothingKnown, push))).toBe(
      "never site_forbidden",
    );
  });

  test("a server without URL rewriting is asked by query", async () => {
    const heal = site.fault("no-wp-json");
    const client = openDestination(site);
    expect(await client.push(newMember(), nothingKnown, push)).toMatchObject({ status: "done" });
    expect(client.learned()).toMatchObject({ route: "query" });
    heal();
  });
});

describe("a member who goes", () => {
  const gone = async (settings: Record<string, unknown>) => {
    const member = newMember({ role: "gold" });
    const client = openDestination(site, settings);
    const made = await client.push(member, nothingKnown, push);
    return { member, result: await client.unlink(member, knownOf(made), push) };
  };

  test("is left as they are unless the destination says otherwise", async () => {
    const { member, result } = await gone({});
    expect(result).toMatchObject({ status: "unchanged" });
    expect(stored(member.email)).toMatchObject([{ roles: ["gold"] }]);
  });

  test("can lose the role", async () => {
    const { member } = await gone({ onUnlink: "no_role" });
    expect(stored(member.email)).toMatchObject([{ roles: [] }]);
  });

  test("can be deleted, and again", async () => {
    const { member, result } = await gone({ onUnlink: "delete" });
    expect(result).toMatchObject({ changes: ["user removed"] });
    expect(stored(member.email)).toEqual([]);
  });

  test("is not deleted while they hold a protected role", async () => {
    const id = addUser("kept.admin", "kept.admin@example.com", "administrator");
    const client = openDestination(site, { onUnlink: "delete" });
    const member = newMember({ email: "kept.admin@example.com", login: "kept.admin" });
    expect(
      await client.unlink(member, { externalId: id, memory: { login: "kept.admin" } }, push),
    ).toMatchObject({ reason: "site_user_protected" });
  });
});

describe("the test of a destination", () => {
  const lines = async (client: ReturnType<typeof openDestination>) =>
    (await client.test()).checks.map(({ name, status, reason }) => [name, status, reason].join(" ").trim());

  test("shows every line of a site that works, and makes nobody", async () => {
    const before = users();
    const client = openDestination(site, { roles: { gold: "gold", pro: "silver" } });
    expect(await lines(client)).toEqual([
      "address ok",
      "api ok",
      "sign_in ok",
      "permissions ok",
      "roles ok",
      "companion warn companion_missing",
    ]);
    expect(users()).toBe(before);
  });

  test("names a role that is missing, and one that is protected", async () => {
    expect(await lines(openDestination(site, { roles: { gold: "nope" } }))).toContain(
      "roles failed site_role_missing",
    );
    expect(await lines(openDestination(site, { roles: { gold: "editor" } }))).toContain(
      "roles failed site_role_protected",
    );
  });

  test("ends at the line that fails", async () => {
    expect(await lines(openDestination({ ...site, applicationPassword: "wrong" }))).toEqual([
      "address ok",
      "api ok",
      "sign_in failed site_credentials_refused",
    ]);
    expect(await lines(openDestination({ ...site, url: "http://127.0.0.1:1" }))).toEqual([
      "address failed site_unreachable",
    ]);
  });
});
