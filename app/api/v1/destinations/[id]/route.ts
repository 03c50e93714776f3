import { endpoints } from "#lib/api/endpoints.ts";
import { deleteDestination, patchDestination } from "#lib/console/destination-changes.ts";
import { getDestination } from "#lib/console/destinations.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getDestination, ({ db, params }) => getDestination(db, params.id));

export const PATCH = route(endpoints.patchDestination, ({ db, params, body, caller }) =>
  patchDestination(db, params.id, body, caller.actor),
);

export const DELETE = route(endpoints.deleteDestination, ({ db, params, body, caller }) =>
  deleteDestination(db, params.id, body, caller.actor),
);
