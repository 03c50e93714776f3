import { endpoints } from "#lib/api/endpoints.ts";
import { getMember } from "#lib/console/members.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getMember, ({ db, params }) => getMember(db, params.id));
