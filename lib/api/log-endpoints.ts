import { z } from "zod";
import * as deliveries from "./delivery-shapes.ts";
import { endpoint, withId } from "./endpoint.ts";
import * as more from "./more-shapes.ts";
import * as overviews from "./overview-shapes.ts";

/** The log of deliveries, its retries and the overview. */
export const logEndpoints = {
  listDeliveries: endpoint({
    method: "GET",
    path: "/api/v1/deliveries",
    access: "viewer",
    summary: "Deliveries, newest first",
    query: deliveries.deliveryQuery,
    answer: deliveries.deliveries,
  }),
  getDelivery: endpoint({
    method: "GET",
    path: "/api/v1/deliveries/{id}",
    access: "viewer",
    summary: "One delivery with every step",
    params: withId,
    answer: deliveries.deliveryDetail,
  }),
  retryDelivery: endpoint({
    method: "POST",
    path: "/api/v1/deliveries/{id}/retry",
    access: "operator",
    summary: "Run a delivery again",
    params: withId,
    answer: deliveries.retryAnswer,
    status: 202,
  }),
  countDeliveries: endpoint({
    method: "GET",
    path: "/api/v1/deliveries/counts",
    access: "viewer",
    summary: "Totals and slices of the range",
    query: deliveries.deliveryFilter,
    answer: deliveries.deliveryCounts,
  }),
  exportDeliveries: endpoint({
    method: "GET",
    path: "/api/v1/deliveries/export",
    access: "viewer",
    summary: "All matching deliveries as a file, of the format that is asked for",
    query: more.deliveryExport,
    answer: z.string(),
    mediaTypes: ["text/csv", "application/x-ndjson"],
  }),
  createRetries: endpoint({
    method: "POST",
    path: "/api/v1/retries",
    access: "operator",
    summary: "Run all matching deliveries again",
    body: deliveries.retriesCreate,
    answer: deliveries.retries,
    status: 202,
  }),
  getRetries: endpoint({
    method: "GET",
    path: "/api/v1/retries/{id}",
    access: "viewer",
    summary: "How far a bulk retry is",
    params: withId,
    answer: deliveries.retries,
  }),
  abortRetries: endpoint({
    method: "POST",
    path: "/api/v1/retries/{id}/abort",
    access: "operator",
    summary: "Start no more of a bulk retry",
    params: withId,
    answer: deliveries.retries,
  }),
  getOverview: endpoint({
    method: "GET",
    path: "/api/v1/overview",
    access: "viewer",
    summary: "The last 24 hours at a glance",
    answer: overviews.overview,
  }),
  getMetrics: endpoint({
    method: "GET",
    path: "/metrics",
    access: "viewer",
    summary: "Metrics in Prometheus’ text format; for API tokens only",
    answer: z.string(),
    mediaTypes: ["text/plain"],
  }),
};
