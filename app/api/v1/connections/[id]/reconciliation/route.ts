import { endpoints } from "#lib/api/endpoints.ts";
import { getReconciliation } from "#lib/console/reconcile-state.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getReconciliation, ({ db, params }) => getReconciliation(db, params.id));
