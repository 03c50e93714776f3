import { endpoints } from "#lib/api/endpoints.ts";
import { stopEveryone } from "#lib/console/pushes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.abortEveryone, ({ db, params, caller }) =>
  stopEveryone(db, params, caller.actor),
);
