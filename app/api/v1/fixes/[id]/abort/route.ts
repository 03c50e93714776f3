import { endpoints } from "#lib/api/endpoints.ts";
import { abortFixes } from "#lib/console/reconcile-fixes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.abortFixes, ({ db, params, caller }) =>
  abortFixes(db, params.id, caller.actor),
);
