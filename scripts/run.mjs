import { program, run } from "./program.mjs";

/** Runs a program of node_modules under Node 24: `node scripts/run.mjs biome check`. */
const [name, ...args] = process.argv.slice(2);
const { code } = await run(program(name, args));
process.exitCode = code;
