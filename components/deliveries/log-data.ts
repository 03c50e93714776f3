"use client";

import {
  type InfiniteData,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { Connection } from "#lib/api/connection-shapes.ts";
import type { Delivery, DeliveryCounts, DeliveryDetail } from "#lib/api/delivery-shapes.ts";
import type { Flood } from "#lib/api/flood-shapes.ts";
import type { AccessKey } from "#lib/api/key-shapes.ts";
import { api, queryString } from "../query/api.ts";
import { useZone } from "../time/zone.tsx";
import { clockShort } from "../time/zoned.ts";
import type { LogFilter, NamedIds } from "./log-filter.ts";
import { apiQuery, type LogRange, resolveRange, rowsQuery } from "./log-query.ts";

export type DeliveryPage = { items: Delivery[]; nextCursor: string | null };

/** What the server read before it drew the page; the client reads it again only when something changes. */
export type LogInitial = {
  nowMs: number;
  list: DeliveryPage;
  counts: DeliveryCounts;
  floods: { items: Flood[]; nextCursor: string | null };
  filter: LogFilter;
  range: LogRange;
};

export const pageSize = 50;
const liveEveryMs = 3_000;
const countEveryMs = 15_000;

const same = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);

/** The rows of the log from `anchorMs` back, page by page. They stay as they are until something is asked anew. */
export function useLogPages(
  filter: LogFilter,
  range: LogRange,
  anchorMs: number,
  initial: LogInitial | null,
) {
  const query = rowsQuery(filter, resolveRange(range, anchorMs));
  const drawn =
    initial !== null && same(query, rowsQuery(initial.filter, resolveRange(initial.range, initial.nowMs)));
  const given: InfiniteData<DeliveryPage, string | null> | undefined = drawn
    ? { pages: [initial.list], pageParams: [null] }
    : undefined;
  return useInfiniteQuery({
    queryKey: ["deliveries", "list", query],
    queryFn: ({ pageParam, signal }) =>
      api<DeliveryPage>(`/v1/deliveries${queryString({ ...query, limit: pageSize, cursor: pageParam })}`, {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    initialData: given,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}

/** The newest page, asked for every 3 s while live: it feeds the banner and brings shown rows up to date. */
export function useNewest(
  filter: LogFilter,
  range: LogRange,
  anchorMs: number,
  options: { live: boolean; resting: boolean },
) {
  const query = rowsQuery(filter, resolveRange(range, anchorMs));
  return useQuery({
    queryKey: ["deliveries", "newest", query],
    queryFn: ({ signal }) =>
      api<DeliveryPage>(`/v1/deliveries${queryString({ ...query, limit: pageSize })}`, { signal }),
    enabled: options.live && !options.resting,
    refetchInterval: options.live && !options.resting ? liveEveryMs : false,
    staleTime: 0,
    retry: false,
  });
}

/** Totals and slices of the range; a moving range is counted up to now, every 15 s while live. */
export function useCounts(filter: LogFilter, range: LogRange, live: boolean, initial: LogInitial | null) {
  const drawn = initial !== null && same([filter, range], [initial.filter, initial.range]);
  return useQuery({
    queryKey: ["deliveries", "counts", filter, range],
    queryFn: ({ signal }) =>
      api<DeliveryCounts>(
        `/v1/deliveries/counts${queryString(apiQuery(filter, resolveRange(range, Date.now())))}`,
        { signal },
      ),
    initialData: drawn ? initial.counts : undefined,
    refetchInterval: live ? countEveryMs : false,
    placeholderData: keepPreviousData,
  });
}

const underWay = (delivery: Delivery | undefined) =>
  delivery !== undefined && (delivery.status === "queued" || delivery.status === "running");

/** One delivery with its steps; read again every 1.5 s while it is under way, every 10 s while it waits for a try. */
export function useDelivery(id: string | null) {
  return useQuery({
    queryKey: ["deliveries", "one", id],
    queryFn: ({ signal }) => api<DeliveryDetail>(`/v1/deliveries/${id}`, { signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) =>
      underWay(state.data) ? 1_500 : state.data?.status === "failed" ? 10_000 : false,
  });
}

const connectionNames = queryOptions({
  queryKey: ["connections"],
  queryFn: ({ signal }) => api<{ items: Connection[] }>("/v1/connections", { signal }),
  staleTime: 60_000,
});
const keyNames = queryOptions({
  queryKey: ["access-keys"],
  queryFn: ({ signal }) => api<{ items: AccessKey[] }>("/v1/access-keys", { signal }),
  staleTime: 60_000,
});
const named = (list: { items: { id: string; name: string }[] } | undefined) =>
  (list?.items ?? []).map(({ id, name }) => ({ id, name }));

/** Names of connections, access keys and floods, for chips, suggestions and the filter. */
export function useNamedIds(floods: readonly Flood[]): NamedIds {
  const zone = useZone();
  const connections = useQuery(connectionNames);
  const keys = useQuery(keyNames);
  return {
    connection: named(connections.data),
    key: named(keys.data),
    flood: floods.map(({ id, connectionName, openedAt }) => ({
      id,
      name: `${connectionName ?? "removed"}, ${clockShort(openedAt, zone)}`,
    })),
  };
}

/** The same names once they are loaded: who types fast is not told that there is no such connection. */
export function useNamesLoaded(names: NamedIds): () => Promise<NamedIds> {
  const client = useQueryClient();
  return async () => {
    const loading = [client.ensureQueryData(connectionNames), client.ensureQueryData(keyNames)] as const;
    const [connections, keys] = await Promise.all(loading);
    return { ...names, connection: named(connections), key: named(keys) };
  };
}
