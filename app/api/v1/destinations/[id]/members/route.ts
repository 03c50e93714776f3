import { endpoints } from "#lib/api/endpoints.ts";
import { listTargets } from "#lib/console/destination-members.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listTargets, ({ db, params, query }) => listTargets(db, params.id, query));
