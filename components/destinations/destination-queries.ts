import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import type {
  Destination,
  DestinationCreate,
  DestinationKindJson,
  DestinationMade,
  DestinationPatch,
  SiteTest,
} from "#lib/api/destination-shapes.ts";
import type { Everyone, Plan, Target, TargetState } from "#lib/api/push-shapes.ts";
import { api, queryString } from "../query/api.ts";

type Page<T> = { items: T[]; nextCursor: string | null };

const busyMs = 2_000;
const calmMs = 15_000;
const path = "/v1/destinations";

const isBusy = ({ state, health: { backlog, everyone } }: Destination): boolean =>
  state === "active" && (backlog.waiting + backlog.running > 0 || everyone?.state === "running");

/** All destinations with their health, oldest first. */
export const destinationsQuery = () =>
  queryOptions({
    queryKey: ["destinations"],
    queryFn: ({ signal }) => api<Page<Destination>>(path, { signal }),
    refetchInterval: calmMs,
  });

/** One destination; read often while it pushes. */
export const destinationQuery = (id: string) =>
  queryOptions({
    queryKey: ["destinations", id],
    queryFn: ({ signal }) => api<Destination>(`${path}/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? busyMs : calmMs),
  });

/** The kinds of destination with what each is set up by. They change with the version only. */
export const destinationKindsQuery = () =>
  queryOptions({
    queryKey: ["destination-kinds"],
    queryFn: ({ signal }) => api<Page<DestinationKindJson>>("/v1/destination-kinds", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Members of a destination in these states, a page at a time. */
export const targetsQuery = (id: string, states: readonly TargetState[]) =>
  infiniteQueryOptions({
    queryKey: ["destinations", id, "members", states],
    queryFn: ({ pageParam, signal }) =>
      api<Page<Target>>(
        `${path}/${id}/members${queryString({ state: states.join(","), cursor: pageParam })}`,
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: calmMs,
  });

/** The dry run, a page of members at a time; nothing is sent by it. */
export const planQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["destinations", id, "plan"],
    queryFn: ({ pageParam, signal }) =>
      api<Plan>(`${path}/${id}/plan${queryString({ cursor: pageParam })}`, { signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    gcTime: 0,
  });

const post = <T>(under: string, body?: unknown) => api<T>(`${path}${under}`, { method: "POST", body });

export const createDestination = (body: DestinationCreate) => post<DestinationMade>("", body);
export const patchDestination = (id: string, body: DestinationPatch) =>
  api<Destination>(`${path}/${id}`, { method: "PATCH", body });
export const deleteDestination = (id: string, name: string) =>
  api<{ id: string }>(`${path}/${id}`, { method: "DELETE", body: { name } });
export const testDestination = (id: string) => post<SiteTest>(`/${id}/test`);
export const pauseDestination = (id: string) => post<Destination>(`/${id}/pause`);
export const resumeDestination = (id: string) => post<Destination>(`/${id}/resume`);
export const rotateSecret = (id: string, overlapHours: number) =>
  post<DestinationMade>(`/${id}/rotate-secret`, { overlapHours });
export const retryPushes = (id: string) => post<{ total: number }>(`/${id}/retry`);
export const pushEveryone = (id: string) => post<{ id: string; total: number }>(`/${id}/push`);
export const abortEveryone = (id: string, everyoneId: string) =>
  post<Everyone>(`/${id}/push/${everyoneId}/abort`);
export const pushMember = (id: string, memberId: string) => post<Target>(`/${id}/members/${memberId}/push`);
export const unlinkMember = (id: string, memberId: string) =>
  post<Target>(`/${id}/members/${memberId}/unlink`);

/** Keeps what an answer said of a destination, and has the rest read anew. */
export async function keepDestination(queries: QueryClient, destination: Destination): Promise<void> {
  queries.setQueryData(destinationQuery(destination.id).queryKey, destination);
  await Promise.all([
    queries.invalidateQueries({ queryKey: ["destinations"], exact: true }),
    queries.invalidateQueries({ queryKey: ["destinations", destination.id, "members"] }),
  ]);
}
