import { endpoints } from "#lib/api/endpoints.ts";
import { rotateSecret } from "#lib/console/destination-changes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.rotateDestinationSecret, ({ db, params, body, caller }) =>
  rotateSecret(db, params.id, body.overlapHours, caller.actor),
);
