import { endpoints } from "#lib/api/endpoints.ts";
import { createDestination } from "#lib/console/destination-changes.ts";
import { listDestinations } from "#lib/console/destinations.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.listDestinations, ({ db }) => listDestinations(db));

export const POST = route(endpoints.createDestination, ({ db, body, caller }) =>
  createDestination(db, body, caller.actor),
);
