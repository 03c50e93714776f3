import { endpoints } from "#lib/api/endpoints.ts";
import { resume } from "#lib/console/destination-states.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.resumeDestination, ({ db, params, caller }) =>
  resume(db, params.id, caller.actor),
);
