import { endpoints } from "#lib/api/endpoints.ts";
import { startAudit } from "#lib/console/reconcile-audits.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.startAudit, ({ db, params, caller }) =>
  startAudit(db, params.id, caller.actor),
);
