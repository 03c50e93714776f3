import { endpoints } from "#lib/api/endpoints.ts";
import { unmute } from "#lib/console/alert-mutes.ts";
import { route } from "#lib/http/route.ts";

export const DELETE = route(endpoints.unmuteAlerts, ({ db, params, caller }) =>
  unmute(db, params.id, caller.actor),
);
