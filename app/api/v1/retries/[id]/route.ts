import { endpoints } from "#lib/api/endpoints.ts";
import { getRetries } from "#lib/console/retries.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getRetries, ({ db, params }) => getRetries(db, params.id));
