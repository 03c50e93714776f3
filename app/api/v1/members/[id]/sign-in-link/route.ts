import { endpoints } from "#lib/api/endpoints.ts";
import { makeSignInLink } from "#lib/console/member-links.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.createSignInLink, ({ db, params, body, caller }) =>
  makeSignInLink(db, params.id, body, caller.actor),
);
