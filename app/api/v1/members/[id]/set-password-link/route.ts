import { endpoints } from "#lib/api/endpoints.ts";
import { makeSetPasswordLink } from "#lib/console/member-links.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.createSetPasswordLink, ({ db, params, body, caller, origin }) =>
  makeSetPasswordLink(db, params.id, body.validMinutes, { actor: caller.actor, origin }),
);
