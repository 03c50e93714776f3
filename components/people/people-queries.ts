import { queryOptions } from "@tanstack/react-query";
import type { Person, PersonInvite, PersonPatch, PersonWithLink } from "#lib/api/person-shapes.ts";
import { api } from "../query/api.ts";

/** Everyone who signs in here, for owners; read anew every 30 s, as invited people come in by themselves. */
export const peopleQuery = () =>
  queryOptions({
    queryKey: ["people"],
    queryFn: ({ signal }) => api<{ items: Person[] }>("/v1/people", { signal }),
    refetchInterval: 30_000,
  });

export const invitePerson = (body: PersonInvite) =>
  api<PersonWithLink>("/v1/people", { method: "POST", body });

export const makePersonLink = (id: string) =>
  api<PersonWithLink>(`/v1/people/${id}/link`, { method: "POST" });

export const changePerson = (id: string, body: PersonPatch) =>
  api<Person>(`/v1/people/${id}`, { method: "PATCH", body });

export const removePerson = (id: string) => api(`/v1/people/${id}`, { method: "DELETE" });

export const signPersonOut = (id: string) => api(`/v1/people/${id}/sign-out`, { method: "POST" });

export const changePassword = (current: string, next: string) =>
  api("/v1/people/me/password", { method: "POST", body: { current, next } });
