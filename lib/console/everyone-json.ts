import type { Everyone } from "../api/push-shapes.ts";
import type { EveryoneRow } from "../push/everyone.ts";
import { iso, isoOrNull } from "./reconcile-words.ts";

/** A push of everyone as the API answers it. */
export const everyoneJson = ({ createdAt, finishedAt, ...row }: EveryoneRow): Everyone => ({
  ...row,
  waiting: row.total - row.done - row.failed,
  createdAt: iso(createdAt),
  finishedAt: isoOrNull(finishedAt),
});
