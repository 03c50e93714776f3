import { endpoints } from "#lib/api/endpoints.ts";
import { pushMemberNow } from "#lib/console/pushes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.pushMember, ({ db, params, caller }) =>
  pushMemberNow(db, params, caller.actor),
);
