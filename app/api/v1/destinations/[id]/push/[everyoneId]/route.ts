import { endpoints } from "#lib/api/endpoints.ts";
import { getEveryone } from "#lib/console/pushes.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getEveryone, ({ db, params }) => getEveryone(db, params));
