import { endpoints } from "#lib/api/endpoints.ts";
import { getRetention, patchRetention } from "#lib/console/retention.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getRetention, ({ db }) => getRetention(db));

export const PATCH = route(endpoints.patchRetention, ({ db, body, caller }) =>
  patchRetention(db, body.rules, caller.actor),
);
