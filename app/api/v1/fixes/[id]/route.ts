import { endpoints } from "#lib/api/endpoints.ts";
import { getFixes } from "#lib/console/reconcile-fixes.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getFixes, ({ db, params }) => getFixes(db, params.id));
