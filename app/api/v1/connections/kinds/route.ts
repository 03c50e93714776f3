import { endpoints } from "#lib/api/endpoints.ts";
import { listCrmKinds } from "#lib/console/connections.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listCrmKinds, async () => listCrmKinds());
