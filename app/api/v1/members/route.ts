import { endpoints } from "#lib/api/endpoints.ts";
import { listMembers } from "#lib/console/members.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listMembers, ({ db, query }) => listMembers(db, query));
