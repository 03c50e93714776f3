import pino from "pino";

/** One line a stage, JSON on standard output: ids, outcome, milliseconds; never a body or a secret. */
export const log = pino({
  level: process.env.LOG_LEVEL || "info",
  base: undefined,
  redact: { paths: ["*.password", "*.token", "*.apiToken", "*.key", "*.credentials"], censor: "hidden" },
});
