import { endpoints } from "#lib/api/endpoints.ts";
import { readHealth } from "#lib/console/health.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.getHealth, async ({ db, query }) => {
  const health = await readHealth(db, query.for);
  return health.status === "ready" ? health : Response.json(health, { status: 503 });
});
