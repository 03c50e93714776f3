import { endpoints } from "#lib/api/endpoints.ts";
import { getFlood } from "#lib/console/floods.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getFlood, ({ db, params }) => getFlood(db, params.id));
