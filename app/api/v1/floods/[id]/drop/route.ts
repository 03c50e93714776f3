import { endpoints } from "#lib/api/endpoints.ts";
import { dropFlood } from "#lib/console/flood-decisions.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.dropFlood, ({ db, params, body, caller }) =>
  dropFlood(db, params.id, body.reason, caller.actor),
);
