import { endpoints } from "#lib/api/endpoints.ts";
import { readHealth } from "#lib/console/health.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getHealth, async ({ db }) => {
  const health = await readHealth(db);
  return health.status === "ready" ? health : Response.json(health, { status: 503 });
});
