import { endpoints } from "#lib/api/endpoints.ts";
import { previewErasure } from "#lib/console/erase.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.previewErasure, ({ db, body }) => previewErasure(db, body));
