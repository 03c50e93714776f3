import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const roles = ["web", "worker"] as const;

const schema = z.object({
  DATABASE_URL: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().optional(),
  PUBLIC_URL: z.url().optional(),
  ROLES: z
    .string()
    .default("web,worker")
    .transform((text) => text.split(",").map((role) => role.trim()))
    .pipe(z.array(z.enum(roles)).min(1)),
  DATA_DIR: z.string().default(".data"),
  NEXTAUTH_SECRET: z.string().min(16).optional(),
  ENCRYPTION_KEY: z.string().min(32).optional(),
  ADMIN_EMAIL: z.email().optional(),
  ADMIN_PASSWORD: z.string().min(10).optional(),
  ROLLCALL_API_TOKEN: z.string().min(32).optional(),
  SMTP_URL: z.url().optional(),
  MAIL_FROM: z.string().default("Rollcall <rollcall@localhost>"),
  OUTBOUND_ALLOW: z.string().default(""),
  TRUST_PROXY: z.stringbool().default(false),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(500).default(100),
  SPOOL_MAX_MB: z.coerce.number().int().min(1).default(1024),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
});

/** Settings of this process. `publicUrl` has no slash at its end; `publicUrlGiven` is whether the environment names it. */
export type Env = Omit<z.infer<typeof schema>, "NEXTAUTH_SECRET" | "ENCRYPTION_KEY" | "PUBLIC_URL"> & {
  NEXTAUTH_SECRET: string;
  ENCRYPTION_KEY: string;
  publicUrl: string;
  publicUrlGiven: boolean;
};

/** A secret that is made once and kept, readable by this user alone, where the environment names none. */
function keptSecret(dataDir: string, name: string, given: string | undefined): string {
  if (given) return given;
  const file = path.join(dataDir, "secrets", name);
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  // The data folder itself stays open to enter: PostgreSQL may run as another user below it.
  mkdirSync(dataDir, { recursive: true });
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
}

/** Reads settings from the environment; throws one message that names every wrong setting. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new Error(`These settings need attention:\n${z.prettifyError(parsed.error)}`);
  const { PUBLIC_URL, ...values } = parsed.data;
  return {
    ...values,
    NEXTAUTH_SECRET: keptSecret(values.DATA_DIR, "nextauth", values.NEXTAUTH_SECRET),
    ENCRYPTION_KEY: keptSecret(values.DATA_DIR, "encryption", values.ENCRYPTION_KEY),
    publicUrl: (PUBLIC_URL ?? `http://localhost:${values.PORT}`).replace(/\/+$/, ""),
    publicUrlGiven: PUBLIC_URL !== undefined,
  };
}

let current: Env | undefined;
/** The settings of this process, read once. */
export const env = (): Env => {
  current ??= readEnv();
  return current;
};
