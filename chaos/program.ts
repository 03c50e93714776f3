import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";

const startLimitMs = 60_000;
const stopLimitMs = 15_000;

/** One process of Rollcall's production build, as a user starts it, that can be killed, frozen and started again. */
export type Program = {
  start(env?: Record<string, string>): Promise<void>;
  /** Sends a signal; for one that ends the process it resolves when the process is gone. */
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  freeze(): void;
  thaw(): void;
  running(): boolean;
};

/** `server.ts` with an environment; what it prints goes to a file. It ends when this process ends. */
export function openProgram(logFile: string, base: Record<string, string>): Program {
  mkdirSync(path.dirname(logFile), { recursive: true });
  let child: ChildProcess | null = null;
  const alive = () => child !== null && child.exitCode === null && child.signalCode === null;

  async function start(env: Record<string, string> = {}): Promise<void> {
    const begins = readSize(logFile);
    const log = openSync(logFile, "a");
    child = spawn(process.execPath, ["server.ts"], {
      env: { ...process.env, ...base, ...env },
      stdio: ["ignore", log, log, "ipc"],
    });
    closeSync(log);
    for (const limit = Date.now() + startLimitMs; Date.now() < limit && alive(); ) {
      if (readFileSync(logFile, "utf8").slice(begins).includes("Rollcall is ready on")) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`A process did not start:\n${readFileSync(logFile, "utf8").slice(-2_000)}`);
  }

  return {
    start,
    running: alive,
    async kill(signal) {
      if (!child || !alive()) return;
      const gone = once(child, "exit");
      child.kill(signal);
      if (signal === "SIGKILL") child.kill("SIGCONT");
      const late = setTimeout(() => child?.kill("SIGKILL"), stopLimitMs);
      await gone;
      clearTimeout(late);
    },
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
  };
}

function readSize(file: string): number {
  try {
    return readFileSync(file, "utf8").length;
  } catch {
    return 0;
  }
}
