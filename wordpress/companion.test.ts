import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Known, nothingKnown } from "#lib/destinations/contract.ts";
import { idOf, newMember, openDestination } from "./open-destination.ts";
import { startWordPress, type WordPressSite } from "./start-site.ts";
import { until } from "./until.ts";

let site: WordPressSite;
const push = { id: "0199a5c0-2222-7000-8000-000000000000" };

beforeAll(async () => {
  site = await startWordPress();
  site.companion(true);
});
afterAll(() => site?.stop());

const metaOf = (id: string, key: string) => site.php<unknown>(`return get_user_meta(${id}, '${key}', true);`);

/** The cookies of somebody who signs in at the login page. */
async function signIn(login: string, password: string): Promise<{ cookie: string; ms: number }> {
  const start = performance.now();
  const answer = await fetch(`${site.url}/wp-login.php`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: "wordpress_test_cookie=WP%20Cookie%20check" },
    body: new URLSearchParams({ log: login, pwd: password, testcookie: "1" }),
  });
  const cookies = answer.headers.getSetCookie().map((one) => one.split(";")[0] ?? "");
  expect(answer.status).toBe(302);
  return { cookie: cookies.join("; "), ms: performance.now() - start };
}

describe("what is kept with a user", () => {
  const settings = { fields: { city: "billing_city", plan: "plan" } };
  const member = newMember({
    tags: ["50%20 off", "Hand planes, spring", "O’Brien <VIP> \\ “q”", "Zoë 🪵"],
    fields: { city: "Cork & Cobh", plan: "", other: "not mapped" },
  });
  let known: Known;

  test("tags, mapped fields and contact come with the user", async () => {
    const pushed = await openDestination(site, settings).push(member, nothingKnown, push);
    expect(pushed).toMatchObject({
      left: null,
      changes: ["user", "member id", "contact", "tags", "field billing_city"],
    });
    known = { externalId: idOf(pushed), memory: {} };
    const id = idOf(pushed);
    expect(metaOf(id, "rollcall_tags")).toEqual(member.tags);
    expect(metaOf(id, "rollcall_member")).toBe(member.id);
    const contact = member.contacts[0];
    expect(metaOf(id, "rollcall_contacts")).toEqual([`${contact?.connectionId}:${contact?.contactId}`]);
    expect(metaOf(id, "billing_city")).toBe("Cork & Cobh");
    expect(metaOf(id, "plan")).toBe("");
  });

  test("the same again writes nothing", async () => {
    const again = openDestination(site, settings);
    expect(await again.push(member, known, push)).toMatchObject({ status: "unchanged", left: null });
    expect(again.calls()).toBe(1);
    expect(again.learned()).toMatchObject({ companion: "yes" });
  });

  test("a field that was emptied is emptied there", async () => {
    const emptied = { ...member, fields: { city: "", plan: "Gold" } };
    const pushed = await openDestination(site, settings).push(emptied, known, push);
    expect(pushed).toMatchObject({ changes: ["field billing_city", "field plan"] });
    expect(metaOf(idOf(pushed), "billing_city")).toBe("");
    expect(metaOf(idOf(pushed), "plan")).toBe("Gold");
  });

  test("a field is stored before the mark that says so: a write that is cut off is seen and repeated", () => {
    const code = `$seen = null;
      add_action('update_user_meta', function ($meta, $user, $key) use (&$seen) {
        if ('rollcall_fields' === $key) $seen = get_user_meta($user, 'billing_city', true);
      }, 10, 3);
      update_user_meta(${known.externalId}, 'rollcall_fields', array('billing_city' => 'Galway'));
      return $seen;`;
    expect(site.php(code)).toBe("Galway");
  });

  test("no field decides what a user may do", async () => {
    const fields = { a: "wp_capabilities", b: "wp_user_level", c: "session_tokens", d: "rollcall_member" };
    const harmful = { ...member, fields: { a: "administrator", b: "10", c: "x", d: "x" } };
    await openDestination(site, { fields }).push(harmful, known, push);
    const id = known.externalId ?? "";
    expect(site.php(`return (new WP_User(${id}))->roles;`)).toEqual(["subscriber"]);
    expect(metaOf(id, "wp_user_level")).not.toBe("10");
    expect(metaOf(id, "session_tokens")).toBe("");
    expect(metaOf(id, "rollcall_member")).toBe(member.id);
  });

  test("a site without the companion gets the user, and the answer says what is missing", async () => {
    site.companion(false);
    const plain = newMember();
    const without = openDestination(site);
    const pushed = await without.push(plain, nothingKnown, push);
    expect(pushed).toMatchObject({ status: "done", left: "companion_missing" });
    expect(without.learned()).toMatchObject({ companion: "no" });
    site.companion(true);
    const later = await openDestination(site).push(plain, { externalId: idOf(pushed), memory: {} }, push);
    expect(later).toMatchObject({ status: "done", made: false, left: null });
    expect(metaOf(idOf(pushed), "rollcall_tags")).toEqual(plain.tags);
  });

  test("the destination’s test sees it", async () => {
    const { checks } = await openDestination(site).test();
    expect(checks.at(-1)).toMatchObject({ name: "companion", status: "ok" });
  });
});

test("a slow create and its repeat at the same moment make one user", async () => {
  const member = newMember();
  site.writes();
  let arrived = 0;
  const has = (count: number) =>
    until(`${count} writes arrived`, () => {
      arrived += site.writes().length;
      return arrived >= count;
    });
  const heal = site.fault("slow-before-write");
  // One after the other: a worker of PHP's web server that takes both would do them in turn.
  const first = openDestination(site).push(member, nothingKnown, push);
  await has(1);
  const second = openDestination(site).push(member, nothingKnown, push);
  await has(2);
  heal();
  const results = [await first, await second];
  expect(new Set(results.map(idOf)).size).toBe(1);
  expect(results.filter((result) => result.status === "done" && result.made)).toHaveLength(1);
});

describe("who may see and change it", () => {
  const basic = (login: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${login}:${password}`).toString("base64")}`,
    "content-type": "application/json",
  });
  const ask = async (path: string, headers: Record<string, string>, body?: unknown) => {
    const method = body === undefined ? "GET" : "POST";
    const answer = await fetch(`${site.url}/wp-json/wp/v2/${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };
  let id: string;
  let own: Record<string, string>;

  beforeAll(async () => {
    const member = newMember({ login: "an.author", role: "author", tags: ["Secret tag"] });
    id = idOf(await openDestination(site).push(member, nothingKnown, push));
    // An author with a published page is shown to every visitor.
    site.php(
      `return wp_insert_post(array('post_title' => 'By them', 'post_status' => 'publish', 'post_author' => ${id}));`,
    );
    const password = site.php<string>(
      `return WP_Application_Passwords::create_new_application_password(${id}, array('name' => 'x'))[0];`,
    );
    own = basic("an.author", password);
  });

  test("a manager sees it", async () => {
    const { text } = await ask(`users/${id}`, basic(site.username, site.applicationPassword));
    expect(text).toContain("Secret tag");
  });

  test("a visitor does not, nor the member over the API", async () => {
    for (const headers of [{}, own]) {
      for (const path of ["users", `users/${id}`, `posts?author=${id}&_embed=author`]) {
        const { status, text } = await ask(path, headers);
        expect(status).toBe(200);
        expect(text).not.toContain("Secret tag");
        expect(text).not.toContain("rollcall_");
      }
    }
    expect((await ask("users/me?context=edit", own)).text).not.toContain("Secret tag");
  });

  test("a member cannot give themselves a tag", async () => {
    const { status } = await ask("users/me", own, { meta: { rollcall_tags: ["Gold"] } });
    expect(status).toBe(403);
    expect(metaOf(id, "rollcall_tags")).toEqual(["Secret tag"]);
  });
});

describe("content by tag", () => {
  const page = (content: string) =>
    site.php<string>(
      `return get_permalink(wp_insert_post(array('post_type' => 'page', 'post_title' => uniqid(), 'post_status' => 'publish', 'post_content' => ${phpText(content)})));`,
    );
  const phpText = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const read = async (url: string, cookie = "") => {
    const text = await (await fetch(url, { headers: { cookie } })).text();
    return (/<main>([\s\S]*)<\/main>/.exec(text)?.[1] ?? text).replace(/<\/?p>|\s*\n\s*/g, "").trim();
  };
  let cookie: string;

  beforeAll(async () => {
    const member = newMember({
      login: "gated",
      tags: ["Gold", "Hand planes, spring", "O'Brien & Sons"],
      password: { plain: "gated password", why: "new" },
    });
    await openDestination(site).push(member, nothingKnown, push);
    cookie = (await signIn("gated", "gated password")).cookie;
  });

  test.each([
    ['[rollcall tag="Gold"]for gold[/rollcall]', "for gold", ""],
    ['[rollcall tag="gold"]any letter case[/rollcall]', "any letter case", ""],
    ['[rollcall tag="Silver"]for silver[/rollcall]', "", ""],
    ['[rollcall tag="Silver|Gold"]for either[/rollcall]', "for either", ""],
    ['[rollcall tag="Hand planes, spring"]with a comma[/rollcall]', "with a comma", ""],
    ['[rollcall tag="O\'Brien &amp; Sons"]with signs[/rollcall]', "with signs", ""],
    ['[rollcall tag="Gold" not="Paused"]not paused[/rollcall]', "not paused", ""],
    ['[rollcall tag="Gold" not="Gold"]never[/rollcall]', "", ""],
    ['[rollcall not="Gold"]for others[/rollcall]', "", "for others"],
    ['[rollcall tag="Gold" fallback="Join <b>us</b>"]in[/rollcall]', "in", "Join &lt;b&gt;us&lt;/b&gt;"],
    ['[rollcall tag="Gold"]in[rollcall_else]<em>join</em>[/rollcall]', "in", "<em>join</em>"],
    ["[rollcall]no tag named[/rollcall]", "", ""],
  ])("%s", async (content, forMember, forVisitor) => {
    const url = page(content);
    expect(await read(url, cookie)).toBe(forMember);
    expect(await read(url)).toBe(forVisitor);
  });
});

describe("the latest on sign-in", () => {
  let rollcall: Server | undefined;
  const asked: { path: string; token: string; body: unknown }[] = [];
  const configure = (url: string) =>
    site.php(
      `delete_transient('rollcall_companion_resting'); return update_option('rollcall_companion', array('url' => '${url}', 'token' => 'the token of the site'));`,
    );
  const noted = () => site.php<{ what: string } | false>("return get_option('rollcall_companion_trouble');");

  async function startRollcall(status: number | null, answer: unknown = {}): Promise<void> {
    asked.length = 0;
    rollcall = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      asked.push({ path: request.url ?? "", token: request.headers.authorization ?? "", body });
      // Without a status it never answers.
      if (status !== null) response.writeHead(status).end(JSON.stringify(answer));
    }).listen(0, "127.0.0.1");
    await once(rollcall, "listening");
    const address = rollcall.address();
    configure(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  }
  afterEach(() => {
    rollcall?.closeAllConnections();
    rollcall?.close();
  });

  let id: string;
  beforeAll(async () => {
    const member = newMember({
      login: "returns",
      email: "returns@example.com",
      password: { plain: "returning", why: "new" },
    });
    id = idOf(await openDestination(site).push(member, nothingKnown, push));
  });

  test("is asked for once, and its tags are there on the first page", async () => {
    await startRollcall(200, { member: { tags: ["Fresh & new"] }, source: "crm" });
    await signIn("returns", "returning");
    expect(asked).toEqual([
      {
        path: "/api/v1/members/refresh",
        token: "Bearer the token of the site",
        body: { email: "returns@example.com", timeoutMs: 1500 },
      },
    ]);
    expect(metaOf(id, "rollcall_tags")).toEqual(["Fresh & new"]);
    expect(noted()).toBe(false);
  });

  test("somebody Rollcall does not know signs in as ever", async () => {
    await startRollcall(404, { error: { code: "not_found", message: "no such member" } });
    await signIn("owner", "the password of the owner");
    expect(noted()).toBe(false);
  });

  test("a Rollcall that is down stops nobody, is noted, and is left alone for a while", async () => {
    configure("http://127.0.0.1:1");
    await signIn("returns", "returning");
    expect(noted()).toMatchObject({ what: expect.stringContaining("127.0.0.1") });
    expect(metaOf(id, "rollcall_tags")).toEqual(["Fresh & new"]);
    expect(site.php("return get_transient('rollcall_companion_resting');")).toBeTruthy();
  });

  test("a Rollcall that never answers holds nobody up", async () => {
    await startRollcall(null);
    await signIn("returns", "returning");
    await signIn("returns", "returning");
    expect(asked).toHaveLength(1);
    expect(noted()).toMatchObject({ what: expect.stringMatching(/timed out/i) });
  });

  test("a refused token is noted, and a success clears the note", async () => {
    await startRollcall(401, {});
    await signIn("returns", "returning");
    expect(noted()).toMatchObject({ what: "Rollcall refused the token." });
    rollcall?.close();
    await startRollcall(200, { member: { tags: [] }, source: "directory" });
    await signIn("returns", "returning");
    expect(noted()).toBe(false);
  });
});

describe("its page under Settings", () => {
  const path = "/wp-admin/options-general.php?page=rollcall-companion";
  const open = async (cookie: string) => {
    const answer = await fetch(site.url + path, { headers: { cookie }, redirect: "manual" });
    return { status: answer.status, html: await answer.text() };
  };
  const save = (cookie: string, nonce: string, fields: Record<string, string>) =>
    fetch(`${site.url}/wp-admin/options.php`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie },
      body: new URLSearchParams({
        option_page: "rollcall_companion",
        action: "update",
        _wpnonce: nonce,
        ...Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [`rollcall_companion[${name}]`, value]),
        ),
      }),
    });
  const nonceIn = (html: string) => /name="_wpnonce" value="([^"]+)"/.exec(html)?.[1] ?? "";
  const stored = () => site.php<{ url: string; token: string }>("return get_option('rollcall_companion');");

  test("keeps address and token, and never shows the token again", async () => {
    site.php("return delete_option('rollcall_companion');");
    const { cookie } = await signIn("owner", "the password of the owner");
    const first = await open(cookie);
    expect(first.status).toBe(200);
    await save(cookie, nonceIn(first.html), {
      url: "https://rollcall.example.com/",
      token: "a-secret-token-of-the-site",
    });
    expect(stored()).toEqual({ url: "https://rollcall.example.com", token: "a-secret-token-of-the-site" });
    const second = await open(cookie);
    expect(second.html).toContain("https://rollcall.example.com");
    expect(second.html).not.toContain("a-secret-token-of-the-site");

    await save(cookie, nonceIn(second.html), { url: "https://other.example.com", token: "" });
    expect(stored()).toEqual({ url: "https://other.example.com", token: "a-secret-token-of-the-site" });
    await save(cookie, nonceIn(second.html), { url: "https://other.example.com", token: "", forget: "1" });
    expect(stored()).toMatchObject({ token: "" });
    await save(cookie, nonceIn(second.html), { url: "javascript:alert(1)", token: "x" });
    expect(stored()).toMatchObject({ url: "" });
    await save(cookie, "wrong nonce", { url: "https://evil.example.com", token: "" });
    expect(stored()).toMatchObject({ url: "" });
  });

  test("is for administrators only", async () => {
    const { cookie } = await signIn("returns", "returning");
    const { status, html } = await open(cookie);
    expect(status).toBe(403);
    expect(html).not.toContain("rollcall-token");
  });

  test("uninstalling leaves nothing behind", () => {
    site.php("rollcall_companion_uninstall(); return 1;");
    expect(
      site.php(
        "global $wpdb; return (int) $wpdb->get_var(\"select (select count(*) from $wpdb->options where option_name like '%rollcall\\_%') + (select count(*) from $wpdb->usermeta where meta_key like 'rollcall\\_%')\");",
      ),
    ).toBe(0);
  });
});

test("a second copy as an ordinary plug-in takes nothing down", async () => {
  site.php(
    "copy(WPMU_PLUGIN_DIR . '/rollcall-companion.php', WP_PLUGIN_DIR . '/rollcall-companion.php'); require_once ABSPATH . 'wp-admin/includes/plugin.php'; return activate_plugin('rollcall-companion.php');",
  );
  expect(site.php("return get_option('active_plugins');")).toEqual(["rollcall-companion.php"]);
  expect((await fetch(site.url)).status).toBe(200);
  site.companion(false);
  expect(site.php("return function_exists('rollcall_has_tag');")).toBe(true);
  site.companion(true);
});

test("nothing here made PHP or WordPress complain", () => expect(site.complaints()).toEqual([]));
