import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";

const startLimitMs = 120_000;

/** A port of this machine that is free now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

export type Started = { port: number; pid: number; stop(): Promise<void> };

/** Starts a Node process and waits until it prints `ready on`; throws with its last words when it does not. */
export async function startProcess(
  args: string[],
  env: Record<string, string>,
  cwd?: string,
): Promise<Started> {
  const port = Number(env.PORT) || (await freePort());
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`${args.join(" ")} did not start.\n${said}`)),
      startLimitMs,
    );
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
      if (/ready on|Ready in/i.test(said)) {
        clearTimeout(late);
        resolve();
      }
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", (code) => reject(new Error(`${args.join(" ")} ended with ${code}.\n${said}`)));
  });
  return { port, pid: child.pid ?? 0, stop: () => stop(child) };
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 15_000).unref();
  });
}

const table = promisify(execFile);

/** Resident memory in MB of a process and everything it started, but for PostgreSQL. */
export async function residentMb(root: number): Promise<number> {
  const { stdout } = await table("ps", ["-A", "-o", "pid=,ppid=,rss=,comm="]);
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, rss, name = ""]) => ({
      pid: Number(pid),
      parent: Number(parent),
      rss: Number(rss),
      name,
    }));
  const below = (pid: number): number =>
    all
      .filter((one) => one.parent === pid && !/postgres/.test(one.name))
      .reduce((sum, one) => sum + one.rss + below(one.pid), 0);
  const own = all.find((one) => one.pid === root)?.rss ?? 0;
  return (own + below(root)) / 1024;
}
