import { endpoints } from "#lib/api/endpoints.ts";
import { listMutes, mute } from "#lib/console/alert-mutes.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listAlertMutes, ({ db }) => listMutes(db));

export const POST = route(endpoints.muteAlerts, ({ db, body, caller }) => mute(db, body, caller.actor));
