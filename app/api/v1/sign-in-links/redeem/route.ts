import { endpoints } from "#lib/api/endpoints.ts";
import { redeemSignInLink } from "#lib/console/member-links.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.redeemSignInLink, ({ db, body }) => redeemSignInLink(db, body.code));
