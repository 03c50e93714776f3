import { endpoints } from "#lib/api/endpoints.ts";
import { checkRegistration } from "#lib/care/registration.ts";
import { getRegistration } from "#lib/console/registration.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getRegistration, ({ db, params }) => getRegistration(db, params.id));

export const POST = route(endpoints.checkRegistration, async ({ db, params }) => {
  await checkRegistration(db, params.id);
  return getRegistration(db, params.id);
});
