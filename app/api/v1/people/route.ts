import { endpoints } from "#lib/api/endpoints.ts";
import { invitePerson, listPeople } from "#lib/console/people.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listPeople, ({ db }) => listPeople(db));
export const POST = route(endpoints.invitePerson, ({ db, body, caller, origin }) =>
  invitePerson(db, body, caller, origin),
);
