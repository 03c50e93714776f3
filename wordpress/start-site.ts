import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { startDatabase } from "./database.ts";
import { type KeptProcess, keep } from "./kept-process.ts";
import { findPrograms, type Programs } from "./programs.ts";
import { until } from "./until.ts";

export type Fault =
  | "slow"
  | "slow-before-write"
  | "slow-after-write"
  | "lose-answer"
  | "strip-authorization"
  | "no-wp-json";

/** A real WordPress on loopback, with what a test does to one. */
export type WordPressSite = {
  url: string;
  username: string;
  applicationPassword: string;
  /** Runs PHP inside WordPress and answers what it returns. */
  php<T>(code: string): T;
  /** Adds or removes the companion as a must-use plug-in. */
  companion(present: boolean): void;
  /** Switches a fault on; the answer switches it off. */
  fault(name: Fault): () => void;
  /** WordPress's own maintenance mode. */
  maintenance(on: boolean): void;
  /** Writes to users that arrived since the last call, as "POST /wp/v2/users". */
  writes(): string[];
  mails(): { to: string; subject: string }[];
  /** What PHP or WordPress noted about Rollcall's own plug-in. */
  complaints(): string[];
  /** Ends the web server in the middle of whatever it does. */
  kill(): Promise<void>;
  resume(): Promise<void>;
  /** Ends every process and removes every file. */
  stop(): Promise<void>;
};

const here = (file: string) => path.join(import.meta.dirname, "site", file);
const companionFile = path.resolve(import.meta.dirname, "../public/rollcall-companion.php");

/** Starts MariaDB and PHP's web server below a temporary folder and installs WordPress into it. */
export async function startWordPress(): Promise<WordPressSite> {
  const programs = findPrograms();
  const folder = mkdtempSync(path.join(tmpdir(), "rollcall-wp-"));
  chmodSync(folder, 0o755);
  layOut(programs, folder);
  const database = await startDatabase(programs, folder);
  const url = `http://127.0.0.1:${await freePort()}`;
  const env = {
    ...process.env,
    TEST_SITE_URL: url,
    TEST_SITE_FOLDER: folder,
    TEST_SITE_SOCKET: database.socket,
    PHP_CLI_SERVER_WORKERS: "4",
  };
  const run = (file: string, input = "") => {
    const done = spawnSync(programs.php, [here(file)], { env, input, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`${file} failed:\n${done.stdout}${done.stderr}`);
    return JSON.parse(done.stdout);
  };
  let web: KeptProcess | undefined;
  const stop = async () => {
    await web?.end();
    await database.end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const credentials: { username: string; applicationPassword: string } = run("install.php");
    web = await serve(programs, folder, url, env);
    return {
      url,
      ...credentials,
      php: (code) => run("run.php", code),
      ...switches(folder),
      kill: () => web?.end() ?? Promise.resolve(),
      async resume() {
        web = await serve(programs, folder, url, env);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function layOut(programs: Programs, folder: string): void {
  const site = path.join(folder, "site");
  // The package's own wp-config.php reads /etc; ours takes its place.
  cpSync(programs.wordpress, site, { recursive: true, verbatimSymlinks: true });
  rmSync(path.join(site, "wp-config.php"), { force: true });
  rmSync(path.join(site, "wp-content"), { recursive: true, force: true });
  copyFileSync(here("wp-config.php"), path.join(site, "wp-config.php"));
  cpSync(here("mu-plugins"), path.join(site, "wp-content/mu-plugins"), { recursive: true });
  cpSync(here("theme"), path.join(site, "wp-content/themes/rollcall-test"), { recursive: true });
  mkdirSync(path.join(site, "wp-content/plugins"));
  mkdirSync(path.join(folder, "faults"));
}

async function serve(
  programs: Programs,
  folder: string,
  url: string,
  env: NodeJS.ProcessEnv,
): Promise<KeptProcess> {
  const site = path.join(folder, "site");
  const command = ["-d", "opcache.enable_cli=1", "-S", new URL(url).host, "-t", site, here("router.php")];
  const web = keep([programs.php, ...command], path.join(folder, "web.log"), env);
  try {
    await until("the site answers", async () =>
      fetch(`${url}/wp-json/`).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
    return web;
  } catch (cause) {
    const said = web.log();
    await web.end();
    throw new Error(`WordPress did not answer:\n${said}`, { cause });
  }
}

function switches(
  folder: string,
): Pick<WordPressSite, "companion" | "fault" | "maintenance" | "writes" | "mails" | "complaints"> {
  const linesOf = (name: string) => {
    const file = path.join(folder, name);
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };
  let seen = 0;
  return {
    companion(present) {
      const file = path.join(folder, "site/wp-content/mu-plugins/rollcall-companion.php");
      if (present) copyFileSync(companionFile, file);
      else rmSync(file, { force: true });
    },
    fault(name) {
      const file = path.join(folder, "faults", name);
      writeFileSync(file, "");
      return () => rmSync(file, { force: true });
    },
    maintenance(on) {
      const file = path.join(folder, "site/.maintenance");
      if (on) writeFileSync(file, "<?php $upgrading = time();");
      else rmSync(file, { force: true });
    },
    writes() {
      const all = linesOf("writes.log");
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh;
    },
    complaints: () => linesOf("debug.log").filter((line) => /rollcall[-_]companion/.test(line)),
    mails: () => linesOf("mails.log").map((line) => JSON.parse(line) as { to: string; subject: string }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}
