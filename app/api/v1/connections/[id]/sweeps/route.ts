import { endpoints } from "#lib/api/endpoints.ts";
import { listSweeps, startSweep } from "#lib/console/reconcile-state.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listSweeps, ({ db, params }) => listSweeps(db, params.id));

export const POST = route(endpoints.startSweep, ({ db, params, caller }) =>
  startSweep(db, params.id, caller.actor),
);
