import { endpoints } from "#lib/api/endpoints.ts";
import { createErasure, listErasures } from "#lib/console/erase.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listErasures, ({ db }) => listErasures(db));

export const POST = route(endpoints.createErasure, ({ db, body, caller }) =>
  createErasure(db, body, caller.actor),
);
