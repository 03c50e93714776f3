import { endpoints } from "#lib/api/endpoints.ts";
import { countDeliveries } from "#lib/console/delivery-counts.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.countDeliveries, ({ db, query }) => countDeliveries(db, query));
