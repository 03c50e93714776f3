import { endpoints } from "#lib/api/endpoints.ts";
import { getOverview } from "#lib/console/overview.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getOverview, ({ db }) => getOverview(db));
