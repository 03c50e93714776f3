import { endpoints } from "#lib/api/endpoints.ts";
import { writeFields } from "#lib/console/contact-writes.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.writeContactFields, ({ db, body, caller }) =>
  writeFields(db, body, caller.actor),
);
