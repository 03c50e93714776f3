import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./program.mjs";

const folder = path.join(root, ".cache");
const beatMs = 1_000;
const staleMs = 10_000;

/**
 * Does `work` while no other start, test or check of this checkout does. The holder touches the lock file every second;
 * one that has not for ten seconds is dead, and its lock is taken over.
 */
export async function withLock(work) {
  const file = path.join(folder, "setup.lock");
  const mine = `${process.pid}.${Date.now()}.${Math.random()}`;
  mkdirSync(folder, { recursive: true });
  let told = false;
  while (!take(file, mine)) {
    if (!told) console.log("Waiting for another Rollcall command in this folder to finish its set-up.");
    told = true;
    await sleep(200);
  }
  const beat = setInterval(() => touch(file), beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (read(file) === mine) rmSync(file, { force: true });
  }
}

function take(file, mine) {
  try {
    writeFileSync(file, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  if (ageOf(file) > staleMs) rmSync(file, { force: true });
  return false;
}

function touch(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

function ageOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? Date.now() - found.mtimeMs : 0;
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
