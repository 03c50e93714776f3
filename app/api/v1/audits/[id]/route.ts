import { endpoints } from "#lib/api/endpoints.ts";
import { getAudit } from "#lib/console/reconcile-audits.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getAudit, ({ db, params }) => getAudit(db, params.id));
