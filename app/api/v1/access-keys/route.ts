import { endpoints } from "#lib/api/endpoints.ts";
import { createAccessKey } from "#lib/console/access-key-changes.ts";
import { listAccessKeys } from "#lib/console/access-keys.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listAccessKeys, ({ db, query }) => listAccessKeys(db, query));

export const POST = route(endpoints.createAccessKey, ({ db, body, caller, origin }) =>
  createAccessKey(db, body, caller, origin),
);
