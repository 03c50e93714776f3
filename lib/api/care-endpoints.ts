import { endpoint, withId } from "./endpoint.ts";
import * as erasures from "./erasure-shapes.ts";
import * as retentions from "./retention-shapes.ts";

/** How long things are kept, and erasing a person. */
export const careEndpoints = {
  getRetention: endpoint({
    method: "GET",
    path: "/api/v1/retention",
    access: "viewer",
    summary: "How long things are kept, and the last clean-ups",
    answer: retentions.retention,
  }),
  patchRetention: endpoint({
    method: "PATCH",
    path: "/api/v1/retention",
    access: "owner",
    summary: "Change how long things are kept",
    body: retentions.retentionRules,
    answer: retentions.retention,
  }),
  previewRetention: endpoint({
    method: "POST",
    path: "/api/v1/retention/preview",
    access: "viewer",
    summary: "What the next clean-up would remove, under these rules",
    body: retentions.retentionRules,
    answer: retentions.retentionPreview,
  }),
  startRetention: endpoint({
    method: "POST",
    path: "/api/v1/retention/runs",
    access: "owner",
    summary: "Clean up now",
    answer: retentions.retentionRun,
    status: 202,
  }),
  previewErasure: endpoint({
    method: "POST",
    path: "/api/v1/erasures/preview",
    access: "owner",
    summary: "What erasing a person would remove",
    body: erasures.erasureSubject,
    answer: erasures.erasurePreview,
  }),
  createErasure: endpoint({
    method: "POST",
    path: "/api/v1/erasures",
    access: "owner",
    summary: "Erase a person everywhere",
    body: erasures.erasureCreate,
    answer: erasures.erasure,
    status: 202,
  }),
  listErasures: endpoint({
    method: "GET",
    path: "/api/v1/erasures",
    access: "owner",
    summary: "The last erasures, without saying of whom",
    answer: erasures.erasures,
  }),
  getErasure: endpoint({
    method: "GET",
    path: "/api/v1/erasures/{id}",
    access: "owner",
    summary: "How far an erasure is",
    params: withId,
    answer: erasures.erasure,
  }),
};
