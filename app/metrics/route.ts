import { endpoints } from "#lib/api/endpoints.ts";
import { readMetrics } from "#lib/console/metrics.ts";
import { AppError } from "#lib/errors.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getMetrics, async ({ db, caller }) => {
  if (caller.via !== "token")
    throw new AppError("unauthenticated", "Send a valid API token as a bearer token.");
  const { text, contentType } = await readMetrics(db);
  return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
});
