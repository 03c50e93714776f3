import { endpoints } from "#lib/api/endpoints.ts";
import { testChannel } from "#lib/console/alert-channels.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.testAlertChannel, ({ db, params, caller }) =>
  testChannel(db, params.id, caller.actor),
);
