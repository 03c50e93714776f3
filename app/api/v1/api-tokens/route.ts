import { endpoints } from "#lib/api/endpoints.ts";
import { createApiToken, listApiTokens } from "#lib/console/api-tokens.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listApiTokens, ({ db }) => listApiTokens(db));
export const POST = route(endpoints.createApiToken, ({ db, body, caller }) =>
  createApiToken(db, body, caller.actor),
);
