import { endpoints } from "#lib/api/endpoints.ts";
import { listFloods } from "#lib/console/floods.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listFloods, ({ db, query }) => listFloods(db, query));
