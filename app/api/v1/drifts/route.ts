import { endpoints } from "#lib/api/endpoints.ts";
import { listDrifts } from "#lib/console/reconcile-drifts.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listDrifts, ({ db, query }) => listDrifts(db, query));
