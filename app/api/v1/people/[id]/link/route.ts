import { endpoints } from "#lib/api/endpoints.ts";
import { makePersonLink } from "#lib/console/people.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.makePersonLink, ({ db, params, caller, origin }) =>
  makePersonLink(db, params.id, caller, origin),
);
