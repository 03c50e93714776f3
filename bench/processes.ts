import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";

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
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 15_000).unref();
  });
}
