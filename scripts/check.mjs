import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { missingFrom } from "./complete-lock.mjs";
import { ensureInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { program, root, run } from "./program.mjs";

/** `npm run check`: types, lint, structure, and that the migrations say what the schema says. */
const steps = [
  ["route types", () => run(program("next", ["typegen"]), { quiet: true })],
  ["types", () => run(program("tsc", ["--noEmit", "-p", "."]), { quiet: true })],
  ["lint", () => run(program("biome", ["check", "--error-on-warnings"]), { quiet: true })],
  ["structure", () => run(program("vitest", ["run", "--project", "structure"]), { quiet: true })],
  ["migrations", checkMigrations],
  ["client", () => run(program("node", ["scripts/generate-client.mjs", "--check"]), { quiet: true })],
  ["lock file", checkLockFile],
];

/** `npm ci` refuses a lock file that lacks some platform's packages. */
async function checkLockFile() {
  const missing = [
    ...missingFrom(JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"))).keys(),
  ];
  if (missing.length === 0) return { code: 0, printed: "" };
  return {
    code: 1,
    printed: `${missing.join("\n")}\nThese are missing. Run node scripts/complete-lock.mjs.`,
  };
}

/** Lets drizzle-kit write what is missing into a copy: it writes nothing when the migrations are complete. */
async function checkMigrations() {
  const copy = path.relative(root, mkdtempSync(path.join(root, ".cache", "migrations-")));
  const list = () => readdirSync(path.join(root, copy)).join();
  try {
    cpSync(path.join(root, "db/migrations"), path.join(root, copy), { recursive: true });
    const before = list();
    const args = ["generate", "--dialect", "postgresql", "--schema", "./db/schema/*.ts", "--out", copy];
    const { code, printed } = await run(program("drizzle-kit", args), { quiet: true });
    if (code !== 0 || list() === before) return { code, printed };
    return { code: 1, printed: "db/schema has changes without a migration. Run npm run db:generate." };
  } finally {
    rmSync(path.join(root, copy), { recursive: true, force: true });
  }
}

try {
  await withLock(ensureInstalled);
  for (const [name, step] of steps) {
    const { code, printed } = await step();
    console.log(`${code === 0 ? "ok    " : "failed"}  ${name}`);
    if (code === 0) continue;
    console.log(printed.trim());
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
