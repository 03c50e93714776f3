import { endpoints } from "#lib/api/endpoints.ts";
import { abortRetries } from "#lib/console/retries.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.abortRetries, ({ db, params, caller }) =>
  abortRetries(db, params.id, caller.actor),
);
