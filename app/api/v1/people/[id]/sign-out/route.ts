import { endpoints } from "#lib/api/endpoints.ts";
import { signPersonOut } from "#lib/console/people.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.signPersonOut, ({ db, params, caller }) =>
  signPersonOut(db, params.id, caller),
);
