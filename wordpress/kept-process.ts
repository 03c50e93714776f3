import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";

/** A program with its own children; `end` resolves when all of them are gone. */
export type KeptProcess = { pid: number; end: () => Promise<void>; log: () => string };

// The shell waits for the end of its input, which comes when this process dies in whatever way; then it ends the
// group that it leads.
const untilInputEnds = '"$@" </dev/null & cat >/dev/null; kill -KILL 0';

/** Starts a program in a process group of its own, with its output in `logFile`. */
export function keep(command: string[], logFile: string, env: NodeJS.ProcessEnv): KeptProcess {
  const log = openSync(logFile, "a");
  const child: ChildProcess = spawn("/bin/sh", ["-c", untilInputEnds, "sh", ...command], {
    detached: true,
    stdio: ["pipe", log, log],
    env,
  });
  closeSync(log);
  const gone = once(child, "exit");
  const pid = child.pid;
  if (pid === undefined) throw new Error(`Could not start ${command[0]}.`);
  return {
    pid,
    async end() {
      if (child.exitCode === null && child.signalCode === null) process.kill(-pid, "SIGKILL");
      await gone;
    },
    log: () => readFileSync(logFile, "utf8").split("\n").slice(-20).join("\n"),
  };
}
