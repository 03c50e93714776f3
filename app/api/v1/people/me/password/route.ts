import { endpoints } from "#lib/api/endpoints.ts";
import { changeOwnPassword } from "#lib/auth/own-password.ts";
import { AppError } from "#lib/errors.ts";
import { route } from "#lib/http/route.ts";
import { answerSignedIn } from "#lib/http/session-answer.ts";

export const POST = route(endpoints.changeMyPassword, async ({ db, body, caller, address, request }) => {
  if (caller.via !== "session")
    throw new AppError("conflict", "An API token has no password. Sign in to change yours.");
  const changed = await changeOwnPassword(db, { ...body, userId: caller.id, address });
  return answerSignedIn(request.headers, changed, { changed: true });
});
