import type { z } from "zod";
import { AppError } from "../errors.ts";
import { plainIssue } from "./plain-issue.ts";

type Issue = z.core.$ZodIssue;
type Detail = { path: string; message: string };

/** Of a union, the member that was meant: the one that fails inside of the value, and not at once. */
function flat(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const meant = issue.errors.find((branch) => (branch[0]?.path.length ?? 0) > 0);
  return meant ? meant.flatMap(flat).map((one) => ({ ...one, path: [...issue.path, ...one.path] })) : [issue];
}

/**
 * What a caller sent, as the schema of its place reads it. Otherwise AppError("invalid") whose details name every field
 * that is wrong, below `within`, with a sentence on what is expected: the schema's own, or a plain one.
 */
export function readGiven<S extends z.ZodType>(schema: S, given: unknown, within?: string): z.output<S> {
  const result = schema.safeParse(given, { error: plainIssue, reportInput: false });
  if (result.success) return result.data;
  const details: Detail[] = result.error.issues.flatMap(flat).map(({ path, message }) => ({
    path: [...(within ? [within] : []), ...path].join("."),
    message,
  }));
  const [first] = details;
  const where = first?.path ? `${first.path}: ` : "";
  throw new AppError("invalid", `${where}${first?.message ?? "The request is not valid."}`, details);
}
