import * as shapes from "./destination-shapes.ts";
import { endpoint, withId } from "./endpoint.ts";
import { pushEndpoints } from "./push-endpoints.ts";

const path = "/api/v1/destinations";

/** Where members are pushed: set up, health, and what a person decides about a whole destination. */
export const destinationEndpoints = {
  listDestinationKinds: endpoint({
    method: "GET",
    path: "/api/v1/destination-kinds",
    access: "viewer",
    summary: "Kinds of destinations, with the settings each takes",
    answer: shapes.destinationKinds,
  }),
  listDestinations: endpoint({
    method: "GET",
    path,
    access: "viewer",
    summary: "All destinations with their health, oldest first",
    answer: shapes.destinations,
  }),
  createDestination: endpoint({
    method: "POST",
    path,
    access: "owner",
    summary: "Add a destination; it is tested at once, and kept also when the test fails",
    body: shapes.destinationCreate,
    answer: shapes.destinationMade,
    status: 201,
  }),
  getDestination: endpoint({
    method: "GET",
    path: `${path}/{id}`,
    access: "viewer",
    summary: "One destination with its health",
    params: withId,
    answer: shapes.destination,
  }),
  patchDestination: endpoint({
    method: "PATCH",
    path: `${path}/{id}`,
    access: "owner",
    summary: "Change a destination; new settings are tested, and one that stood still goes on when they work",
    params: withId,
    body: shapes.destinationPatch,
    answer: shapes.destination,
  }),
  deleteDestination: endpoint({
    method: "DELETE",
    path: `${path}/{id}`,
    access: "owner",
    summary: "Forget a destination and what it was owed; nobody is changed at the site",
    params: withId,
    body: shapes.destinationDelete,
    answer: shapes.destinationGone,
  }),
  testDestination: endpoint({
    method: "POST",
    path: `${path}/{id}/test`,
    access: "operator",
    summary: "Test a destination now, without changing anybody there",
    params: withId,
    answer: shapes.siteTest,
  }),
  pauseDestination: endpoint({
    method: "POST",
    path: `${path}/{id}/pause`,
    access: "operator",
    summary: "Push nothing there for now; what is owed is kept",
    params: withId,
    answer: shapes.destination,
  }),
  resumeDestination: endpoint({
    method: "POST",
    path: `${path}/{id}/resume`,
    access: "operator",
    summary: "Go on where it stopped, at once",
    params: withId,
    answer: shapes.destination,
  }),
  rotateDestinationSecret: endpoint({
    method: "POST",
    path: `${path}/{id}/rotate-secret`,
    access: "owner",
    summary: "Make a new signing secret; both sign during the overlap",
    params: withId,
    body: shapes.rotateSecret,
    answer: shapes.destinationMade,
    status: 201,
  }),
  ...pushEndpoints,
};
