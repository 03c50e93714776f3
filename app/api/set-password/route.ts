import { endpoints } from "#lib/api/endpoints.ts";
import { route } from "#lib/http/route.ts";
import { usePasswordLink } from "#lib/sync/password-links.ts";

export const POST = route(endpoints.setPassword, ({ db, body }) =>
  usePasswordLink(db, body.token, body.password),
);
