import { endpoints } from "#lib/api/endpoints.ts";
import { retryPushes } from "#lib/console/pushes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.retryPushes, ({ db, params, caller }) =>
  retryPushes(db, params.id, caller.actor),
);
