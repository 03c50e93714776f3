import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb } from "#db/client.ts";
import { makeConnection, makeMember } from "#db/factories.ts";
import { memberContacts } from "#db/schema/members.ts";
import { apiTokens } from "#db/schema/people.ts";
import { testDatabase } from "#db/testing.ts";
import { hashPassword } from "../auth/passwords.ts";
import { database } from "../database.ts";
import { startApiServer } from "../fixtures/api-server.ts";
import { signWebhook } from "../http/sign-webhook.ts";
import { uuidv7 } from "../ids.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { newSigningSecret, seal, sha256 } from "../secrets.ts";
import { startWorker } from "../worker.ts";

type Block = { section: string; language: string; code: string };

const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "rollcall-examples-"));
const blocks: Block[] = readFileSync(path.join(root, "docs/api.md"), "utf8")
  .split(/^## /m)
  .flatMap((part) => {
    const [section = ""] = part.split("\n", 1);
    return [...part.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", code = ""]) => ({
      section,
      language,
      code,
    }));
  });
const hasPhp = spawnSync("php", ["--version"]).status === 0;
const secret = newSigningSecret();
const token = "token-of-the-examples-0123456789abcdef";
const children: ChildProcess[] = [];
let copy: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let worker: Awaited<ReturnType<typeof startWorker>>;
let server: Awaited<ReturnType<typeof startApiServer>>;

beforeAll(async () => {
  copy = await testDatabase();
  process.env.DATABASE_URL = copy.url;
  process.env.WORKER_CONCURRENCY = "5";
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 3 });
  sandbox.control.edit([1], { email: "ada@example.com", addTags: ["Gold", "Lead"] });
  const { id: connectionId } = await makeConnection(copy.db, {
    baseUrl: sandbox.url,
    credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
  });
  const passwordHash = await hashPassword("correct horse battery staple");
  const member = await makeMember(copy.db, { email: "ada@example.com", login: "ada", passwordHash });
  await copy.db.insert(memberContacts).values({
    connectionId,
    contactId: "1",
    memberId: member.id,
    tags: [],
    fields: {},
    loadedAt: new Date(),
  });
  const scopes = ["site", "read", "crm:write"];
  await copy.db
    .insert(apiTokens)
    .values({ id: uuidv7(), name: "Examples", role: "operator", scopes, hash: sha256(token) });
  worker = await startWorker();
  server = await startApiServer();
  copyFileSync(path.join(root, "docs/client/rollcall-client.ts"), path.join(folder, "rollcall-client.ts"));
  const [shared] = blocks.filter(({ code }) => code.startsWith("<?php // rollcall.php"));
  writeFileSync(path.join(folder, "rollcall.php"), shared?.code ?? "");
});
afterAll(async () => {
  for (const child of children) child.kill();
  await server.close();
  await worker.stop();
  await closeDb(database());
  await sandbox.close();
  await copy.close();
});

const programs: Record<string, { file: string; command: string[] }> = {
  bash: { file: "example.sh", command: ["bash", "-euo", "pipefail"] },
  php: { file: "example.php", command: ["php"] },
  ts: { file: "example.ts", command: [process.execPath] },
};

const environment = () => ({
  ...process.env,
  ROLLCALL_URL: server.url,
  ROLLCALL_TOKEN: token,
  WEBHOOK_SECRET: secret,
});

function write({ language, code }: Block): string[] {
  const { file, command } = programs[language] ?? { file: "none", command: [] };
  writeFileSync(path.join(folder, file), code);
  return [...command, file];
}

/** Runs an example to its end; its output and how it ended. */
async function run(block: Block, env: Record<string, string> = {}): Promise<{ code: number; said: string }> {
  const [command = "", ...args] = write(block);
  const child = spawn(command, args, { cwd: folder, env: { ...environment(), ...env } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "close");
  return { code, said };
}

const examples = (section: string) => blocks.filter((block) => block.section === section);
const callable = blocks.filter(
  ({ section, code }) =>
    section !== "Check a webhook's signature" && !code.startsWith("<?php // rollcall.php"),
);
const expected: Record<string, RegExp> = {
  "Refresh on login": /ada@example\.com.*Gold/,
  "Check a password": /ada@example\.com/,
  "Write tags to the CRM": /"contactId":"1"|Contact 1 is tagged/,
  "List members by tag": /ada@example\.com|^304$/m,
};

test("the client is what the API is now", () => {
  const made = spawnSync(process.execPath, ["scripts/generate-client.mjs", "--check"], {
    cwd: root,
    encoding: "utf8",
  });
  expect([made.status, made.stdout, made.stderr]).toEqual([0, "", ""]);
});

test("every section has an example for a terminal, for PHP and for TypeScript", () => {
  for (const section of [...Object.keys(expected), "Check a webhook's signature"])
    expect([section, ...new Set(examples(section).map(({ language }) => language))]).toEqual([
      section,
      "bash",
      "php",
      "ts",
    ]);
});

test.each(callable.map((block) => [block.section, block.language, block] as const))(
  "%s in %s",
  async (section, language, block) => {
    if (language === "php" && !hasPhp)
      return console.warn("There is no php here: its examples were not run.");
    const { code, said } = await run(block);
    expect([code, said]).toEqual([0, expect.stringMatching(expected[section] ?? /^$/)]);
  },
);

test("what the examples wrote is in the CRM", () => {
  const { tags } = sandbox.state.contacts.get(1) ?? { tags: new Map() };
  const names = [...tags.keys()].map((tag) => sandbox.state.tags.get(tag));
  expect(names).toContain("Course: Start");
  expect(names).not.toContain("Lead");
});

const body = JSON.stringify({ type: "member.updated", data: { name: "Zoë" } });
const now = () => signWebhook(secret, "an-id", body);
const cases: [string, Record<string, string>, boolean][] = [
  ["a genuine one", now(), true],
  ["one that is signed with two secrets", signWebhook([newSigningSecret(), secret], "an-id", body), true],
  ["one that is signed with another secret", signWebhook(newSigningSecret(), "an-id", body), false],
  ["one under another id", { ...now(), "webhook-id": "other" }, false],
  ["one from ten minutes ago", signWebhook(secret, "an-id", body, new Date(Date.now() - 600_000)), false],
];

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

test.each(examples("Check a webhook's signature").map((block) => [block.language, block] as const))(
  "the signature check in %s tells genuine from forged",
  async (language, block) => {
    if (language === "php" && !hasPhp)
      return console.warn("There is no php here: its examples were not run.");
    if (language === "bash") {
      writeFileSync(path.join(folder, "body.json"), body);
      for (const [name, headers, genuine] of cases) {
        const given = Object.entries(headers).map(([key, value]) => [
          key.toUpperCase().replace("-", "_"),
          value,
        ]);
        expect([name, (await run(block, Object.fromEntries(given))).code === 0]).toEqual([name, genuine]);
      }
      return;
    }
    const port = await freePort();
    const [command = "", ...args] = write(block);
    const served = language === "php" ? ["-S", `127.0.0.1:${port}`, ...args] : args;
    children.push(
      spawn(command, served, { cwd: folder, env: { ...environment(), PORT: String(port) }, stdio: "ignore" }),
    );
    const post = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body }).then(({ status }) => status);
    await expect.poll(() => post({}).catch(() => 0)).toBe(401);
    for (const [name, headers, genuine] of cases)
      expect([name, await post(headers)]).toEqual([name, genuine ? 204 : 401]);
  },
);
