import { endpoints } from "#lib/api/endpoints.ts";
import { writeTags } from "#lib/console/contact-writes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.writeContactTags, ({ db, body, caller }) =>
  writeTags(db, body, caller.actor),
);
