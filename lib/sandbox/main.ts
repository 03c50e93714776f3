import { startSandbox } from "./sandbox.ts";

/** The sandbox as a process of its own: `SANDBOX_PORT` (default 4010), `SANDBOX_CONTACTS` (default 25). */
const sandbox = await startSandbox({
  port: Number(process.env.SANDBOX_PORT ?? 4010),
  contacts: Number(process.env.SANDBOX_CONTACTS ?? 25),
});
console.log(`The sandbox CRM is ready on ${sandbox.url} (API key ${sandbox.apiToken})`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void sandbox.close().then(() => process.exit(0));
  });
}
