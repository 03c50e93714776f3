import { endpoints } from "#lib/api/endpoints.ts";
import { pause } from "#lib/console/destination-states.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.pauseDestination, ({ db, params, caller }) =>
  pause(db, params.id, caller.actor),
);
