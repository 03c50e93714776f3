import { endpoints } from "#lib/api/endpoints.ts";
import { getDelivery } from "#lib/console/delivery-detail.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getDelivery, ({ db, params }) => getDelivery(db, params.id));
