import { endpoints } from "#lib/api/endpoints.ts";
import { unlinkMember } from "#lib/console/pushes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.unlinkMember, ({ db, params, caller }) =>
  unlinkMember(db, params, caller.actor),
);
