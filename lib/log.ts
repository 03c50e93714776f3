import pino from "pino";

type Told = { message?: unknown; stack?: unknown } & Record<string, unknown>;

/** What PostgreSQL and drizzle hang on an error that repeats values of rows: addresses, names, hashes. */
const rowValues = ["params", "parameters", "args", "detail", "where", "cause"];

/** Every error behind an error, itself first. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && !chain.includes(each); each = each.cause) chain.push(each);
  return chain;
}

/** An error as the log tells it: with its stack and its causes, without the values that a query was sent with. */
function tellError(given: unknown): unknown {
  if (!(given instanceof Error)) return given;
  const told: Told = { ...pino.stdSerializers.err(given) };
  for (const name of rowValues) delete told[name];
  for (const error of chainOf(given)) {
    const bare = withoutValues(error);
    for (const name of ["message", "stack"])
      if (typeof told[name] === "string") told[name] = told[name].replaceAll(error.message, bare);
  }
  return told;
}

/**
 * The message of an error without values: drizzle lists them all behind its query (and a value may hold line breaks, so
 * the whole message is exchanged), PostgreSQL quotes the one that it cannot read (class 22, data exceptions).
 */
function withoutValues(error: Error): string {
  if ("query" in error && typeof error.query === "string" && "params" in error)
    return `Failed query: ${error.query}`;
  if ("code" in error && /^22/.test(String(error.code))) return error.message.replace(/".*"/s, "a value");
  return error.message;
}

/** One line a stage, JSON on standard output: ids, outcome, milliseconds; never a body, a secret or a query's values. */
export const log = pino({
  level: process.env.LOG_LEVEL || "info",
  base: undefined,
  serializers: { err: tellError },
  redact: { paths: ["*.password", "*.token", "*.apiToken", "*.key", "*.credentials"], censor: "hidden" },
});
