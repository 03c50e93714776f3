import { endpoints } from "#lib/api/endpoints.ts";
import { useInvite } from "#lib/auth/invites.ts";
import { AppError } from "#lib/errors.ts";
import { isSameOrigin } from "#lib/http/opened-at.ts";
import { route } from "#lib/http/route.ts";
import { answerSignedIn } from "#lib/http/session-answer.ts";

export const POST = route(endpoints.useInvite, async ({ db, body, address, request }) => {
  // It signs a browser in, which no page of another site may do to anyone.
  if (!isSameOrigin(request.headers))
    throw new AppError("forbidden", "Open the link in a browser, and choose the password there.");
  const person = await useInvite(db, { ...body, address });
  return answerSignedIn(request.headers, person, { email: person.email });
});
