import { endpoints } from "#lib/api/endpoints.ts";
import { createFixes } from "#lib/console/reconcile-fixes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.createFixes, ({ db, body, caller }) =>
  createFixes(db, body, caller.actor),
);
