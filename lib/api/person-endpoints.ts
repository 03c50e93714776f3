import { endpoint, withId } from "./endpoint.ts";
import { ended } from "./more-shapes.ts";
import * as people from "./person-shapes.ts";

/** People who sign in to the console: owners see and change them, and everyone changes the password they have. */
export const personEndpoints = {
  listPeople: endpoint({
    method: "GET",
    path: "/api/v1/people",
    access: "owner",
    summary: "Everyone who signs in to the console, oldest first",
    answer: people.people,
  }),
  invitePerson: endpoint({
    method: "POST",
    path: "/api/v1/people",
    access: "owner",
    summary: "Invite a person; the link on which they choose a password is shown this once",
    body: people.personInvite,
    answer: people.personWithLink,
    status: 201,
  }),
  changePerson: endpoint({
    method: "PATCH",
    path: "/api/v1/people/{id}",
    access: "owner",
    summary: "Change a person's name or role",
    params: withId,
    body: people.personPatch,
    answer: people.person,
  }),
  removePerson: endpoint({
    method: "DELETE",
    path: "/api/v1/people/{id}",
    access: "owner",
    summary: "Remove a person; their sessions and their link end",
    params: withId,
    answer: people.personRemoved,
  }),
  makePersonLink: endpoint({
    method: "POST",
    path: "/api/v1/people/{id}/link",
    access: "owner",
    summary: "Make a new link on which a person chooses a password; the one before ends",
    params: withId,
    answer: people.personWithLink,
    status: 201,
  }),
  signPersonOut: endpoint({
    method: "POST",
    path: "/api/v1/people/{id}/sign-out",
    access: "owner",
    summary: "End all console sessions of a person",
    params: withId,
    answer: ended,
  }),
  changeMyPassword: endpoint({
    method: "POST",
    path: "/api/v1/people/me/password",
    access: "viewer",
    summary: "Change my password; this session goes on, my others end",
    body: people.passwordChange,
    answer: people.passwordChanged,
  }),
  useInvite: endpoint({
    method: "POST",
    path: "/api/invite",
    access: "public",
    summary: "Choose a password with a one-time link, and sign in",
    body: people.inviteUse,
    answer: people.inviteUsed,
  }),
};
