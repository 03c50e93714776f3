import { endpoints } from "#lib/api/endpoints.ts";
import { listDeliveries } from "#lib/console/deliveries.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listDeliveries, ({ db, query }) => listDeliveries(db, query));
