import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Delivery } from "#lib/api/delivery-shapes.ts";
import type { Member, MemberDetail } from "#lib/api/member-shapes.ts";
import { api, queryString } from "../query/api.ts";

type Page<T> = { items: T[]; nextCursor: string | null };

/** The directory, newest first, a page at a time. */
export const membersQuery = (filter: { q: string; tag: string }) =>
  infiniteQueryOptions({
    queryKey: ["members", filter],
    queryFn: ({ pageParam, signal }) =>
      api<Page<Member>>(`/v1/members${queryString({ ...filter, cursor: pageParam, limit: 50 })}`, { signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: (before) => before,
  });

/** One member; read anew every 15 s, so that what a sync changed shows by itself. */
export const memberQuery = (id: string) =>
  queryOptions({
    queryKey: ["member", id],
    queryFn: ({ signal }) => api<MemberDetail>(`/v1/members/${id}`, { signal }),
    refetchInterval: 15_000,
  });

/** The newest deliveries of a member. */
export const memberDeliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: ["member", id, "deliveries"],
    queryFn: ({ signal }) =>
      api<Page<Delivery>>(`/v1/deliveries${queryString({ member: id, limit: 6 })}`, { signal }),
    refetchInterval: 15_000,
  });

/** Reads the member from the CRM now; answers from the directory when the CRM takes more than 8 s. */
export const refreshMember = (email: string) =>
  api<{ member: Member; source: "crm" | "directory" }>("/v1/members/refresh", {
    method: "POST",
    body: { email, timeoutMs: 8_000 },
  });
