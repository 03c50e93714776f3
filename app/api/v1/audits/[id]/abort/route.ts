import { endpoints } from "#lib/api/endpoints.ts";
import { abortAudit } from "#lib/console/reconcile-audits.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.abortAudit, ({ db, params, caller }) =>
  abortAudit(db, params.id, caller.actor),
);
