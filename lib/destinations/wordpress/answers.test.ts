import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { GiveUp, RetryLater } from "../../errors.ts";
import { createOutbound } from "../../http/outbound.ts";
import { type Host, type MemberView, nothingKnown } from "../contract.ts";
import { wordpress } from "./wordpress.ts";

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown; hang?: boolean };
type Seen = { method: string; path: string; authorization: string; body: string };

let server: Server | undefined;
let learned: Record<string, string> = {};
const seen: Seen[] = [];
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  seen.length = 0;
  learned = {};
});

/** A site that answers as told: a table of "METHOD /path" beginnings, or one answer for everything. */
async function site(answers: Answer | Record<string, Answer>, change: Partial<Host> = {}) {
  const isTable = Object.keys(answers).some((key) => key.includes(" "));
  const table: Record<string, Answer> = isTable ? (answers as Record<string, Answer>) : { "": answers };
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const line = `${request.method} ${request.url}`;
    seen.push({
      method: request.method ?? "",
      path: request.url ?? "",
      authorization: request.headers.authorization ?? "",
      body: Buffer.concat(chunks).toString(),
    });
    const found = Object.keys(table).find((start) => line.startsWith(start));
    const { status = 200, headers = {}, body = "", hang } = table[found ?? ""] ?? { status: 404 };
    if (hang) return;
    const isText = typeof body === "string";
    response.writeHead(status, { "content-type": isText ? "text/html" : "application/json", ...headers });
    response.end(isText ? body : JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const outbound = createOutbound({ allow: "127.0.0.0/8", timeoutMs: 1000 });
  return wordpress.open({
    settings: { url, username: "rollcall" },
    secrets: { applicationPassword: "abcd efgh ijkl" },
    learned: {},
    learn: (news) => {
      learned = news;
    },
    acquire: async () => undefined,
    fetch: (target, init) => outbound.fetch(target, init),
    ...change,
  });
}

const member: MemberView = {
  id: "0199a5c0-0000-7000-8000-000000000001",
  email: "zoe@example.com",
  login: "zoe@example.com",
  role: "subscriber",
  firstName: "Zoë",
  lastName: "O’Connor",
  tags: ["Member"],
  fields: {},
  contacts: [],
  password: null,
};
const push = { id: "0199a5c0-2222-7000-8000-000000000000" };
const wpError = (code: string, status: number, message = "As WordPress says it.") => ({
  status,
  body: { code, message, data: { status } },
});

async function outcome(answers: Answer | Record<string, Answer>): Promise<string> {
  const client = await site(answers);
  return client.push(member, nothingKnown, push).then(
    (pushed) => [pushed.status, "reason" in pushed ? pushed.reason : ""].join(" ").trim(),
    (error: unknown) => {
      if (error instanceof RetryLater)
        return ["later", error.reason, error.retryAfterSeconds ?? ""].join(" ").trim();
      if (error instanceof GiveUp) return `never ${error.reason}`;
      throw error;
    },
  );
}

const captcha =
  "<!doctype html><html><head><title>Robot Challenge Screen</title></head><body>captcha</body></html>";
const nothingFound = { "GET /wp-json/wp/v2/users": { body: [] } };
const index = { body: { authentication: { "application-passwords": {} } } };
const stranger = wpError("rest_not_logged_in", 401);
const fault = (code: number) => ({
  headers: { "content-type": "text/xml" },
  body: `<?xml version="1.0"?><methodResponse><fault><value><struct><member><name>faultCode</name><value><int>${code}</int></value></member></struct></value></fault></methodResponse>`,
});

describe("an answer that stops the whole destination has its name", () => {
  test.each<[string, Answer | Record<string, Answer>, string]>([
    ["a captcha with 200", { body: captcha }, "later site_web_page"],
    ["a captcha with 403", { status: 403, body: captcha }, "later site_web_page"],
    ["a captcha with 404", { status: 404, body: captcha }, "later site_web_page"],
    [
      "a redirect to a captcha",
      { status: 302, headers: { location: "/.well-known/captcha/" } },
      "later site_web_page",
    ],
    [
      "a redirect to another host",
      { status: 301, headers: { location: "https://www.example.com/wp-json/wp/v2/users" } },
      "never site_moved",
    ],
    [
      "a password of the web server",
      { status: 401, headers: { "www-authenticate": "Basic" }, body: "<h1>Unauthorized</h1>" },
      "later site_web_page",
    ],
    [
      "maintenance as a page",
      {
        status: 503,
        headers: { "retry-after": "600" },
        body: "Briefly unavailable for scheduled maintenance.",
      },
      "later site_maintenance 60",
    ],
    [
      "maintenance as data",
      {
        ...wpError("wp_die", 503, "Briefly unavailable for scheduled maintenance."),
        headers: { "retry-after": "5" },
      },
      "later site_maintenance 5",
    ],
    [
      "503 for another cause",
      { status: 503, headers: { "retry-after": "7" }, body: "<h1>Busy</h1>" },
      "later site_overloaded 7",
    ],
    [
      "429",
      { status: 429, headers: { "retry-after": "30" }, body: { code: "too_many", message: "" } },
      "later site_overloaded 30",
    ],
    ["a gateway that waited in vain", { status: 504, body: "<h1>504</h1>" }, "later site_overloaded"],
    [
      "a fatal error as data",
      { ...wpError("internal_server_error", 500, "<p>There has been a critical error</p>") },
      "later site_failed",
    ],
    [
      "a database that is down",
      { status: 500, body: "<h1>Error establishing a database connection</h1>" },
      "later site_failed",
    ],
    [
      "a PHP warning before the data",
      { body: '<br /><b>Warning</b>: undefined index in x.php<br />[{"id":1}]' },
      "later site_failed",
    ],
    ["nothing", { body: "" }, "later site_unexpected"],
    ["a list that is none", { body: { users: [] } }, "later site_unexpected"],
    ["a user without an address", { body: [{ id: 1, username: "x" }] }, "later site_unexpected"],
    ["no REST API at all", { status: 404, body: "<h1>Not found</h1>" }, "never site_api_off"],
    ["a REST API without users", wpError("rest_no_route", 404), "never site_api_off"],
    ["a REST API that is disabled", wpError("rest_disabled", 403), "never site_api_off"],
    ["a user who may not list users", wpError("rest_forbidden_context", 403), "never site_forbidden"],
    ["silence", { hang: true }, "later site_timeout"],
  ])("%s", async (_, answers, expected) => expect(await outcome(answers)).toBe(expected));
});

describe("a refused sign-in", () => {
  const users = "GET /wp-json/wp/v2/users";
  test.each<[string, Record<string, Answer>, string]>([
    ["named by WordPress", { [users]: wpError("incorrect_password", 401) }, "never site_credentials_refused"],
    [
      "for a user who does not exist",
      { [users]: wpError("invalid_username", 401) },
      "never site_credentials_refused",
    ],
    [
      "where passwords are off for the user",
      { [users]: wpError("application_passwords_disabled_for_user", 401) },
      "never site_passwords_off",
    ],
    [
      "where passwords are off",
      { [users]: stranger, "GET /?rest_route": { body: { authentication: [] } } },
      "never site_passwords_off",
    ],
    [
      "with a header that the server dropped",
      {
        [users]: stranger,
        "GET /?rest_route": index,
        "POST /xmlrpc.php": { body: "<methodResponse><params/></methodResponse>" },
      },
      "never site_header_stripped",
    ],
    [
      "with a wrong password",
      { [users]: stranger, "GET /?rest_route": index, "POST /xmlrpc.php": fault(403) },
      "never site_credentials_refused",
    ],
    [
      "that cannot be told apart",
      { [users]: stranger, "GET /?rest_route": index, "POST /xmlrpc.php": { status: 405 } },
      "never site_sign_in_ignored",
    ],
    [
      "by a plug-in that keeps strangers out",
      {
        [users]: wpError("rest_login_required", 401),
        "GET /?rest_route": stranger,
        "POST /xmlrpc.php": fault(405),
      },
      "never site_api_off",
    ],
  ])("%s", async (_, answers, expected) => expect(await outcome(answers)).toBe(expected));
});

describe("an answer about one member refuses that member alone", () => {
  const create = "POST /wp-json/wp/v2/users";
  const bare = (code: string) => ({ status: 500, body: { code, message: "Said.", data: null } });
  const param = (name: string, code: string) => ({
    status: 400,
    body: {
      code: "rest_invalid_param",
      message: `Invalid parameter(s): ${name}`,
      data: { status: 400, params: { [name]: "Said." }, details: { [name]: { code } } },
    },
  });
  test.each<[string, Answer, string]>([
    ["a login that is taken, as HTTP 500", bare("existing_user_login"), "refused site_login_taken"],
    ["an address that is taken, as HTTP 500", bare("existing_user_email"), "refused site_email_taken"],
    ["a login that is too long, as HTTP 500", bare("user_login_too_long"), "refused site_login_refused"],
    ["a login with signs", param("username", "rest_user_invalid_username"), "refused site_login_refused"],
    ["an address that is none", param("email", "rest_invalid_email"), "refused site_email_refused"],
    [
      "a password with a backslash",
      param("password", "rest_user_invalid_password"),
      "refused site_password_refused",
    ],
    ["a role that does not exist", wpError("rest_user_invalid_role", 400), "refused site_role_missing"],
    ["a role that may not be given", wpError("rest_user_invalid_role", 403), "refused site_role_not_allowed"],
    ["whatever else a plug-in objects to", wpError("my_plugin_says_no", 400), "refused site_user_refused"],
    ["a user who may not make users", wpError("rest_cannot_create_user", 403), "never site_forbidden"],
  ])("%s", async (_, answer, expected) =>
    expect(await outcome({ ...nothingFound, [create]: answer })).toBe(expected),
  );
});

test("a site without /wp-json is asked by query, and that is kept", async () => {
  const client = await site({
    "GET /?rest_route=%2Fwp%2Fv2%2Fusers": { body: [] },
    "POST /?rest_route=%2Fwp%2Fv2%2Fusers": {
      status: 201,
      body: { id: 7, username: "zoe@example.com", email: "zoe@example.com", roles: ["subscriber"], meta: [] },
    },
  });
  expect(await client.push(member, nothingKnown, push)).toMatchObject({
    status: "done",
    known: { externalId: "7", memory: { login: "zoe@example.com", role: "subscriber" } },
  });
  expect(learned).toEqual({ route: "query", signedIn: "yes", companion: "no" });
  expect(seen.map(({ method, path }) => `${method} ${path.split("&")[0]}`)).toEqual([
    "GET /wp-json/wp/v2/users?context=edit",
    "GET /?rest_route=%2Fwp%2Fv2%2Fusers",
    "POST /?rest_route=%2Fwp%2Fv2%2Fusers",
    "GET /?rest_route=%2Fwp%2Fv2%2Fusers",
  ]);
});

describe("two users whom WordPress made of one, because a create and its repeat ran at once", () => {
  const user = (id: number, change = {}) => ({
    id,
    username: member.login,
    email: member.email,
    first_name: "Zoë",
    last_name: "O’Connor",
    roles: ["subscriber"],
    ...change,
  });
  const users = "GET /wp-json/wp/v2/users";
  const gone = { body: { deleted: true } };

  test("become one, the first", async () => {
    const client = await site({
      [users]: { body: [user(9), user(8)] },
      "DELETE /wp-json/wp/v2/users/9?": gone,
    });
    expect(await client.push(member, nothingKnown, push)).toMatchObject({
      status: "unchanged",
      known: { externalId: "8" },
    });
    expect(seen.at(-1)).toMatchObject({
      method: "DELETE",
      path: "/wp-json/wp/v2/users/9?force=true&reassign=8",
    });
  });

  test("become one at once when the repeat is the later", async () => {
    let lists = 0;
    const client = await site({
      get [users]() {
        return { body: lists++ === 0 ? [] : [user(8), user(9)] };
      },
      "POST /wp-json/wp/v2/users": { status: 201, body: user(9) },
      "DELETE /wp-json/wp/v2/users/9?": gone,
    });
    expect(await client.push(member, nothingKnown, push)).toMatchObject({ known: { externalId: "8" } });
    expect(seen.filter(({ method }) => method === "DELETE")).toHaveLength(1);
  });

  test.each([
    ["stay when they have logins of their own", { username: "somebody-else" }, gone],
    ["stay when one of them is protected", { roles: ["editor"] }, gone],
    ["wait for a person where Rollcall may delete nobody", {}, wpError("rest_user_cannot_delete", 403)],
  ])("%s", async (_, change, answer) => {
    const table = { [users]: { body: [user(8), user(9, change)] }, "DELETE /wp-json/wp/v2/users/9?": answer };
    expect(await outcome(table)).toBe("refused site_user_doubled");
  });
});

test("the password of the destination is sent to the site alone, and in no address", async () => {
  await outcome({ ...nothingFound, "POST /wp-json/wp/v2/users": { status: 500 } });
  for (const { path, authorization } of seen) {
    expect(authorization).toBe(`Basic ${Buffer.from("rollcall:abcd efgh ijkl").toString("base64")}`);
    expect(path).not.toContain("abcd");
  }
});

test("every call awaits the rate, and a rate that ends the push is heard", async () => {
  let acquired = 0;
  const client = await site(nothingFound, {
    acquire: async () => {
      acquired += 1;
      if (acquired === 2) throw new Error("stopping");
    },
  });
  await expect(client.push(member, nothingKnown, push)).rejects.toThrow("stopping");
  expect(seen).toHaveLength(1);
});

test("the digest differs with what would be told, and never for a password", async () => {
  const client = await site(nothingFound);
  const plain = client.digest(member);
  expect(client.digest({ ...member, password: { plain: "x", why: "reset" } })).toBe(plain);
  expect(client.digest({ ...member, fields: { city: "not mapped" } })).toBe(plain);
  for (const change of [{ email: "z@example.com" }, { role: "gold" }, { tags: [] }, { firstName: "Z" }])
    expect(client.digest({ ...member, ...change })).not.toBe(plain);
});
