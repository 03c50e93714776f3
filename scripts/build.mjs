import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { program, programEnv, root, run } from "./program.mjs";

const folders = ["app", "components", "lib", "db", "public"];
const files = ["next.config.js", "postcss.config.mjs", "package.json", "package-lock.json", "tsconfig.json"];
const isSource = (name) => !/\.test\.tsx?$/.test(name);

/** One hash over everything that a build reads. */
function fingerprint() {
  const hash = createHash("sha256");
  const all = folders.flatMap((folder) => filesBelow(path.join(root, folder)));
  for (const file of [...all, ...files.map((name) => path.join(root, name))].sort())
    hash.update(path.relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** Builds the console when its sources are not those of the last finished build. Call it locked. */
export async function ensureBuilt() {
  const folder = process.env.NEXT_DIST_DIR || ".next";
  const marker = path.join(root, folder, "rollcall-built");
  const wanted = fingerprint();
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  console.log("Building the console (about a minute).");
  rmSync(marker, { force: true });
  const env = programEnv({ NODE_ENV: "production" });
  const { code, printed } = await run(program("next", ["build"]), { env, quiet: true });
  if (code !== 0) throw new Error(`The build failed:\n${printed.trim()}`);
  writeFileSync(marker, wanted);
}
