import { openApi } from "#lib/api/openapi.ts";
import { openedOrigin } from "#lib/http/opened-at.ts";

export function GET(request: Request): Response {
  return Response.json(openApi(openedOrigin(request.headers)), { headers: { "cache-control": "no-store" } });
}
