import { endpoints } from "#lib/api/endpoints.ts";
import { changePerson, removePerson } from "#lib/console/people.ts";
import { route } from "#lib/http/route.ts";

export const PATCH = route(endpoints.changePerson, ({ db, params, body, caller }) =>
  changePerson(db, params.id, body, caller),
);
export const DELETE = route(endpoints.removePerson, ({ db, params, caller }) =>
  removePerson(db, params.id, caller),
);
