import { endpoints } from "#lib/api/endpoints.ts";
import { readCatalog } from "#lib/console/connection-test.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.connectionCatalog, ({ db, params }) => readCatalog(db, params.id));
