import { endpoints } from "#lib/api/endpoints.ts";
import { listAlerts } from "#lib/console/alerts.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listAlerts, ({ db, query }) => listAlerts(db, query));
