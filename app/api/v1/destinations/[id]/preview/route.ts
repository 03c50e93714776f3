import { endpoints } from "#lib/api/endpoints.ts";
import { previewPush } from "#lib/console/push-plan.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.previewPush, ({ db, params, body }) =>
  previewPush(db, params.id, body.memberId),
);
