import { endpoints } from "#lib/api/endpoints.ts";
import { listAlertKinds } from "#lib/console/alerts.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listAlertKinds, async () => listAlertKinds());
