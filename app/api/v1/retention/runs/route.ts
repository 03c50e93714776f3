import { endpoints } from "#lib/api/endpoints.ts";
import { startRetention } from "#lib/console/retention.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.startRetention, ({ db, caller }) => startRetention(db, caller.actor));
