import { endpoints } from "#lib/api/endpoints.ts";
import { patchAccessKey, revokeAccessKey } from "#lib/console/access-key-changes.ts";
import { getAccessKey } from "#lib/console/access-keys.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getAccessKey, ({ db, params }) => getAccessKey(db, params.id));

export const PATCH = route(endpoints.patchAccessKey, ({ db, params, body, caller }) =>
  patchAccessKey(db, params.id, body, caller),
);

export const DELETE = route(endpoints.revokeAccessKey, ({ db, params, caller }) =>
  revokeAccessKey(db, params.id, caller),
);
