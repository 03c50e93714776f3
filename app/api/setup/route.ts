import { endpoints } from "#lib/api/endpoints.ts";
import { createFirstOwner } from "#lib/auth/first-owner.ts";
import { env } from "#lib/env.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.setUp, ({ db, body, address }) =>
  createFirstOwner(db, env(), { ...body, address }),
);
