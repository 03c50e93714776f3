import { endpoints } from "#lib/api/endpoints.ts";
import { retryDelivery } from "#lib/console/retry-delivery.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.retryDelivery, ({ db, params, caller }) =>
  retryDelivery(db, params.id, caller.actor),
);
