import { endpoints } from "#lib/api/endpoints.ts";
import { testDestination } from "#lib/console/destination-test.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.testDestination, ({ db, params }) => testDestination(db, params.id));
