import { endpoints } from "#lib/api/endpoints.ts";
import { holdFlood } from "#lib/console/flood-decisions.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.holdFlood, ({ db, params, body, caller }) =>
  holdFlood(db, params.id, body.reason, caller.actor),
);
