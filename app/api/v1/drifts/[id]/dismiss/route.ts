import { endpoints } from "#lib/api/endpoints.ts";
import { dismissDrift } from "#lib/console/reconcile-drifts.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.dismissDrift, ({ db, params, caller }) =>
  dismissDrift(db, params.id, caller.actor),
);
