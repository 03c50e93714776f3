import { endpoints } from "#lib/api/endpoints.ts";
import { listDestinationKinds } from "#lib/console/destination-kinds.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listDestinationKinds, async () => listDestinationKinds());
