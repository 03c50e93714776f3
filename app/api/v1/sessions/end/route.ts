import { endpoints } from "#lib/api/endpoints.ts";
import { signOutEverywhere } from "#lib/auth/session.ts";
import { AppError } from "#lib/errors.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(endpoints.signOutEverywhere, async ({ db, caller }) => {
  if (caller.via !== "session") throw new AppError("conflict", "An API token has no sessions to end.");
  await signOutEverywhere(db, caller.id, caller.actor);
  return { ended: true as const };
});
