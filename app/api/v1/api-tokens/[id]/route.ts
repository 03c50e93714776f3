import { endpoints } from "#lib/api/endpoints.ts";
import { revokeApiToken } from "#lib/console/api-tokens.ts";
import { route } from "#lib/http/route.ts";

export const DELETE = route(endpoints.revokeApiToken, ({ db, params, caller }) =>
  revokeApiToken(db, params.id, caller.actor),
);
