import { endpoints } from "#lib/api/endpoints.ts";
import { planPush } from "#lib/console/push-plan.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.planPush, ({ db, params, query }) => planPush(db, params.id, query));
