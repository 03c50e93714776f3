import { endpoints } from "#lib/api/endpoints.ts";
import { refreshNow } from "#lib/console/member-changes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.refreshMember, ({ db, body, caller }) =>
  refreshNow(db, body, caller.actor),
);
