import { endpoints } from "#lib/api/endpoints.ts";
import { createChannel, listChannels } from "#lib/console/alert-channels.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listAlertChannels, ({ db }) => listChannels(db));

export const POST = route(endpoints.createAlertChannel, ({ db, body, caller }) =>
  createChannel(db, body, caller.actor),
);
