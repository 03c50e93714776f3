import { endpoint, withId } from "./endpoint.ts";
import * as shapes from "./push-shapes.ts";

const path = "/api/v1/destinations/{id}";

/** What destinations know of members: plans, pushes, and those that went wrong. */
export const pushEndpoints = {
  pushEveryone: endpoint({
    method: "POST",
    path: `${path}/push`,
    access: "operator",
    summary: "Push every member again, changed or not, behind everything else",
    params: withId,
    answer: shapes.everyoneStarted,
    status: 202,
  }),
  getEveryone: endpoint({
    method: "GET",
    path: `${path}/push/{everyoneId}`,
    access: "viewer",
    summary: "How far a push of everyone is",
    params: shapes.withEveryone,
    answer: shapes.everyone,
  }),
  abortEveryone: endpoint({
    method: "POST",
    path: `${path}/push/{everyoneId}/abort`,
    access: "operator",
    summary: "Push no more of it; who has other reasons to be pushed still is",
    params: shapes.withEveryone,
    answer: shapes.everyone,
  }),
  planPush: endpoint({
    method: "GET",
    path: `${path}/plan`,
    access: "viewer",
    summary: "Dry run: what each member’s push would tell, page by page; nothing is sent",
    params: withId,
    query: shapes.planQuery,
    answer: shapes.plan,
  }),
  previewPush: endpoint({
    method: "POST",
    path: `${path}/preview`,
    access: "viewer",
    summary: "What a push of one member would tell, with the bodies that would be posted",
    params: withId,
    body: shapes.previewAsk,
    answer: shapes.preview,
  }),
  listTargets: endpoint({
    method: "GET",
    path: `${path}/members`,
    access: "viewer",
    summary: "Members of a destination, with what it knows of them and what went wrong",
    params: withId,
    query: shapes.targetQuery,
    answer: shapes.targets,
  }),
  pushMember: endpoint({
    method: "POST",
    path: `${path}/members/{memberId}/push`,
    access: "operator",
    summary: "Push one member now, changed or not",
    params: shapes.withMember,
    answer: shapes.target,
    status: 202,
  }),
  unlinkMember: endpoint({
    method: "POST",
    path: `${path}/members/{memberId}/unlink`,
    access: "operator",
    summary: "Take one member off the site, as its settings say; their next change pushes them again",
    params: shapes.withMember,
    answer: shapes.target,
    status: 202,
  }),
  retryPushes: endpoint({
    method: "POST",
    path: `${path}/retry`,
    access: "operator",
    summary: "Push again, at once, everyone whose push went wrong",
    params: withId,
    answer: shapes.retried,
    status: 202,
  }),
};
