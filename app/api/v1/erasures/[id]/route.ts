import { endpoints } from "#lib/api/endpoints.ts";
import { getErasure } from "#lib/console/erase.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getErasure, ({ db, params }) => getErasure(db, params.id));
