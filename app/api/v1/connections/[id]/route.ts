import { endpoints } from "#lib/api/endpoints.ts";
import { patchConnection } from "#lib/console/connection-changes.ts";
import { getConnection } from "#lib/console/connections.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getConnection, ({ db, params }) => getConnection(db, params.id));

export const PATCH = route(endpoints.patchConnection, ({ db, params, body, caller }) =>
  patchConnection(db, params.id, body, caller.actor),
);
