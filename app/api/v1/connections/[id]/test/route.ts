import { endpoints } from "#lib/api/endpoints.ts";
import { testConnection } from "#lib/console/connection-test.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.testConnection, ({ db, params }) => testConnection(db, params.id));
