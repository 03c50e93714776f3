import { endpoints } from "#lib/api/endpoints.ts";
import { exportDeliveries } from "#lib/console/delivery-export.ts";
import { fileStream } from "#lib/http/file-stream.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(endpoints.exportDeliveries, async ({ db, query: { format, ...filter } }) =>
  fileStream(exportDeliveries(db, filter, format), {
    name: `deliveries.${format}`,
    type: format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson",
  }),
);
