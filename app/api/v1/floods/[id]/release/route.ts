import { endpoints } from "#lib/api/endpoints.ts";
import { releaseFlood } from "#lib/console/flood-decisions.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.releaseFlood, ({ db, params, body, caller }) =>
  releaseFlood(db, params.id, body.reason, caller.actor),
);
