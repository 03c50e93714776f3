import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const wantedMajor = 24;

/** The Node that runs TypeScript as it is: this one where it is new enough, else the one from node_modules. */
export function node24() {
  if (Number.parseInt(process.versions.node, 10) >= wantedMajor) return process.execPath;
  const installed = path.join(
    root,
    "node_modules",
    "node",
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  return existsSync(installed) ? installed : null;
}

/** The command line of a program from node_modules under Node 24, e.g. `vitest run`. */
export function program(name, args) {
  if (name === "node") return [node24(), ...args];
  return [node24(), realpathSync(path.join(root, "node_modules", ".bin", name)), ...args];
}

/** The environment of programs: what they start by name comes from node_modules first. */
export const programEnv = (more = {}) => ({
  ...process.env,
  NEXT_TELEMETRY_DISABLED: "1",
  PATH: [path.join(root, "node_modules", ".bin"), process.env.PATH].join(path.delimiter),
  ...more,
});

/**
 * Runs a program in the checkout and resolves with its exit code (128 and the signal's number when a signal ended it)
 * and, when `quiet`, with what it printed. SIGTERM and SIGINT are passed on, and also the end of npm above us.
 */
export async function run([file, ...args], { env = programEnv(), quiet = false, ipc = false } = {}) {
  const output = quiet ? "pipe" : "inherit";
  const stdio = [quiet ? "ignore" : "inherit", output, output, ...(ipc ? ["ipc"] : [])];
  // With a channel of its own the program hears of signals and of our end from us alone, each exactly once.
  const child = spawn(file, args, { cwd: root, env, stdio, detached: ipc });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text) => {
      printed += text;
    });
  const release = passOnSignals(child);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) =>
        resolve({ code: code ?? 128 + (signal === "SIGKILL" ? 9 : 15), printed }),
      );
    });
  } finally {
    release();
  }
}

function passOnSignals(child) {
  const passOn = (signal) => child.kill(signal);
  process.on("SIGTERM", passOn).on("SIGINT", passOn).on("SIGHUP", passOn);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event && process.ppid !== parent) child.kill("SIGTERM");
  }, 500);
  return () => {
    clearInterval(watch);
    process.off("SIGTERM", passOn).off("SIGINT", passOn).off("SIGHUP", passOn);
  };
}
