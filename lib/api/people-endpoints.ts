import { endpoint, withId } from "./endpoint.ts";
import * as members from "./member-shapes.ts";
import * as more from "./more-shapes.ts";

/** Members, console people and the server itself. */
export const peopleEndpoints = {
  listMembers: endpoint({
    method: "GET",
    path: "/api/v1/members",
    access: "viewer",
    summary: "Members, newest first",
    query: members.memberQuery,
    answer: members.members,
  }),
  getMember: endpoint({
    method: "GET",
    path: "/api/v1/members/{id}",
    access: "viewer",
    summary: "One member with links and history",
    params: withId,
    answer: members.memberDetail,
  }),
  refreshMember: endpoint({
    method: "POST",
    path: "/api/v1/members/refresh",
    access: "operator",
    summary: "Read a member from the CRM now, as on login",
    body: members.memberRefresh,
    answer: members.memberRefreshed,
  }),
  verifyPassword: endpoint({
    method: "POST",
    path: "/api/v1/members/verify-password",
    access: "operator",
    summary: "Check a member's password",
    body: members.verifyPassword,
    answer: members.verifiedMember,
  }),
  setPassword: endpoint({
    method: "POST",
    path: "/api/set-password",
    access: "public",
    summary: "Choose a member's password with a one-time link",
    body: more.setPassword,
    answer: more.passwordSet,
  }),
  signOutEverywhere: endpoint({
    method: "POST",
    path: "/api/v1/sessions/end",
    access: "viewer",
    summary: "End all of my console sessions",
    answer: more.ended,
  }),
  setUp: endpoint({
    method: "POST",
    path: "/api/setup",
    access: "public",
    summary: "Make the first owner with the set-up code",
    body: more.setup,
    answer: more.setUp,
    status: 201,
  }),
  getHealth: endpoint({
    method: "GET",
    path: "/api/health",
    access: "public",
    summary: "200 only when Rollcall is ready; the answer says which part is not",
    query: more.healthQuery,
    answer: more.health,
  }),
};
