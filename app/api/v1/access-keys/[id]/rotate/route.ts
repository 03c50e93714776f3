import { endpoints } from "#lib/api/endpoints.ts";
import { rotateAccessKey } from "#lib/console/access-key-changes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.rotateAccessKey, ({ db, params, body, caller, origin }) =>
  rotateAccessKey(db, params.id, body.overlapHours, caller, origin),
);
