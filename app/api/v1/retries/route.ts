import { endpoints } from "#lib/api/endpoints.ts";
import { createRetries } from "#lib/console/retries.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.createRetries, ({ db, body, caller }) =>
  createRetries(db, body, caller.actor),
);
