import { endpoint, withId } from "./endpoint.ts";
import * as floods from "./flood-shapes.ts";

/** Floods and batches, and what a person can decide about them. */
export const floodEndpoints = {
  listFloods: endpoint({
    method: "GET",
    path: "/api/v1/floods",
    access: "viewer",
    summary: "Floods and batches: those with work left first, then newest first",
    query: floods.floodQuery,
    answer: floods.floods,
  }),
  getFlood: endpoint({
    method: "GET",
    path: "/api/v1/floods/{id}",
    access: "viewer",
    summary: "One flood or batch",
    params: withId,
    answer: floods.flood,
  }),
  holdFlood: endpoint({
    method: "POST",
    path: "/api/v1/floods/{id}/hold",
    access: "operator",
    summary: "Hold everything of it that has not run, and what still comes",
    params: withId,
    body: floods.floodHold,
    answer: floods.flood,
    status: 202,
  }),
  releaseFlood: endpoint({
    method: "POST",
    path: "/api/v1/floods/{id}/release",
    access: "operator",
    summary: "Work it off at the CRM’s pace",
    params: withId,
    body: floods.floodRelease,
    answer: floods.flood,
    status: 202,
  }),
  dropFlood: endpoint({
    method: "POST",
    path: "/api/v1/floods/{id}/drop",
    access: "operator",
    summary: "Filter everything of it that has not run; it stays in the log and can be retried",
    params: withId,
    body: floods.floodDrop,
    answer: floods.flood,
    status: 202,
  }),
};
