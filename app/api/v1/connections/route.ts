import { endpoints } from "#lib/api/endpoints.ts";
import { createConnection } from "#lib/console/connection-changes.ts";
import { listConnections } from "#lib/console/connections.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listConnections, ({ db }) => listConnections(db));

export const POST = route(endpoints.createConnection, ({ db, body, caller }) =>
  createConnection(db, body, caller.actor),
);
