import { endpoints } from "#lib/api/endpoints.ts";
import { patchChannel, removeChannel } from "#lib/console/alert-channels.ts";
import { route } from "#lib/http/route.ts";

export const PATCH = route(endpoints.patchAlertChannel, ({ db, params, body, caller }) =>
  patchChannel(db, params.id, body, caller.actor),
);

export const DELETE = route(endpoints.removeAlertChannel, ({ db, params, caller }) =>
  removeChannel(db, params.id, caller.actor),
);
