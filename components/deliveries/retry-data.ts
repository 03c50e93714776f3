"use client";

import {
  type InfiniteData,
  type QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { Delivery, DeliveryDetail, Retries } from "#lib/api/delivery-shapes.ts";
import type { Status } from "#lib/words.ts";
import { api } from "../query/api.ts";
import { showFailure } from "../ui/toast.tsx";
import type { DeliveryPage } from "./log-data.ts";

/** Brings one row up to date wherever it is shown. */
function patchRow(client: QueryClient, id: string, patch: Partial<Delivery>): void {
  const inPage = (page: DeliveryPage): DeliveryPage => ({
    ...page,
    items: page.items.map((item) => (item.id === id ? { ...item, ...patch } : item)),
  });
  client.setQueriesData<InfiniteData<DeliveryPage>>({ queryKey: ["deliveries", "list"] }, (data) =>
    data ? { ...data, pages: data.pages.map(inPage) } : data,
  );
  client.setQueriesData<DeliveryPage>({ queryKey: ["deliveries", "newest"] }, (data) =>
    data ? inPage(data) : data,
  );
}

const lookEveryMs = 1_000;
const looks = 30;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Follows one delivery until it is no longer under way, at most half a minute. */
async function follow(client: QueryClient, id: string): Promise<DeliveryDetail | null> {
  let last: DeliveryDetail | null = null;
  for (let look = 0; look < looks; look++) {
    await pause(lookEveryMs);
    last = await api<DeliveryDetail>(`/v1/deliveries/${id}`);
    client.setQueryData(["deliveries", "one", id], last);
    const { steps, request, changes, runs, related, contactUrl, sharedCommit, ...row } = last;
    patchRow(client, id, row);
    if (row.status !== "queued" && row.status !== "running") break;
  }
  return last;
}

/** Runs one delivery again; the row follows what becomes of it, in place. `onEnd` is told the outcome. */
export function useRetry(onEnd: (delivery: DeliveryDetail) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      api<{ id: string; status: Status }>(`/v1/deliveries/${id}/retry`, { method: "POST" }),
    onSuccess: async ({ id, status }) => {
      patchRow(client, id, { status, nextRetryAt: null });
      void client.invalidateQueries({ queryKey: ["deliveries", "one", id] });
      const end = await follow(client, id).catch(() => null);
      void client.invalidateQueries({ queryKey: ["deliveries", "counts"] });
      void client.invalidateQueries({ queryKey: ["overview"] });
      if (end) onEnd(end);
    },
    onError: (error) => showFailure("The retry could not be started", error.message),
  });
}

/** What a bulk retry is aimed at: the log's filter, or chosen rows. */
export type RetryFilter = Record<string, string | string[]>;

/** How many deliveries a filter would run again; nothing starts. */
export function useRetryPlan(filter: RetryFilter | null) {
  return useQuery({
    queryKey: ["retries", "plan", filter],
    queryFn: ({ signal }) =>
      api<Retries>("/v1/retries", { method: "POST", body: { filter, dryRun: true }, signal }),
    enabled: filter !== null,
    staleTime: 0,
    gcTime: 0,
  });
}

export const startRetries = (filter: RetryFilter) =>
  api<Retries>("/v1/retries", { method: "POST", body: { filter } });

export const abortRetries = (id: string) => api<Retries>(`/v1/retries/${id}/abort`, { method: "POST" });

/** How far a bulk retry is, every second until it has ended. */
export function useRetryProgress(id: string | null) {
  return useQuery({
    queryKey: ["retries", "progress", id],
    queryFn: ({ signal }) => api<Retries>(`/v1/retries/${id}`, { signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.state === "running" || !state.data ? 1_000 : false),
  });
}
