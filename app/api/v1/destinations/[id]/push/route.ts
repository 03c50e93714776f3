import { endpoints } from "#lib/api/endpoints.ts";
import { startEveryone } from "#lib/console/pushes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.pushEveryone, ({ db, params, caller }) =>
  startEveryone(db, params.id, caller.actor),
);
