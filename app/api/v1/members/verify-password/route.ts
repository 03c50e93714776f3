import { endpoints } from "#lib/api/endpoints.ts";
import { checkMemberPassword } from "#lib/console/member-changes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.verifyPassword, ({ db, body, address }) =>
  checkMemberPassword(db, { ...body, address }),
);
