import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const startLimitMs = 240_000;
const stopLimitMs = 15_000;
const reviveMs = 1_000;

/** One process of Rollcall's production build, as a user starts it, that can be killed, frozen and started again. */
export type Program = {
  start(env?: Record<string, string>): Promise<void>;
  /** Sends a signal that ends the process, and resolves when it is gone. */
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** How often it has ended without having been told to. It was started again a second later, as a supervisor would. */
  crashes(): number;
};

/** `server.ts` with an environment; what it prints goes to a file. It ends when this process ends. */
export function openProgram(logFile: string, base: Record<string, string>): Program {
  mkdirSync(path.dirname(logFile), { recursive: true });
  let child: ChildProcess | null = null;
  let crashes = 0;
  let asked = false;

  const said = () => (existsSync(logFile) ? readFileSync(logFile, "utf8") : "");

  async function start(env: Record<string, string> = {}): Promise<void> {
    const before = said().length;
    const log = openSync(logFile, "a");
    const mine = spawn(process.execPath, ["server.ts"], {
      env: { ...process.env, ...base, ...env },
      stdio: ["ignore", log, log, "ipc"],
    });
    closeSync(log);
    child = mine;
    asked = false;
    let ready = false;
    mine.once("exit", () => {
      if (asked || !ready) return;
      crashes += 1;
      setTimeout(() => !asked && void start(env).catch(() => undefined), reviveMs);
    });
    for (const limit = Date.now() + startLimitMs; Date.now() < limit && lives(mine); await sleep(20)) {
      ready = said().slice(before).includes("Rollcall is ready on");
      if (ready) return;
    }
    throw new Error(`A process did not start:\n${said().slice(-2_000)}`);
  }

  return {
    start,
    crashes: () => crashes,
    async kill(signal) {
      asked = true;
      if (!child || !lives(child)) return;
      const gone = once(child, "exit");
      child.kill(signal);
      const late = setTimeout(() => child?.kill("SIGKILL"), stopLimitMs);
      await gone;
      clearTimeout(late);
    },
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
  };
}

const lives = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
