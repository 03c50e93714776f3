import { endpoints } from "#lib/api/endpoints.ts";
import { getAlertLimits, patchAlertLimits } from "#lib/console/alert-limits.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getAlertLimits, ({ db }) => getAlertLimits(db));

export const PATCH = route(endpoints.patchAlertLimits, ({ db, body, caller }) =>
  patchAlertLimits(db, body, caller.actor),
);
