import { endpoints } from "#lib/api/endpoints.ts";
import { previewRules } from "#lib/console/retention.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.previewRetention, ({ db, body }) => previewRules(db, body.rules));
