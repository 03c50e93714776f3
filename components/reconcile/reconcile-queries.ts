import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Audit, Drift, Drifts, Fixes, FixesCreate, Reconciliation } from "#lib/api/reconcile-shapes.ts";
import { api, queryString } from "../query/api.ts";

const busyMs = 2_000;
const calmMs = 30_000;

/** Whether something is under way that a person may watch. */
export const isBusy = ({ requested, sweep, audit }: Reconciliation): boolean =>
  requested || sweep?.state === "running" || (sweep?.waiting ?? 0) > 0 || audit?.state === "running";

/** How a connection looks for missed webhooks; read often while something is under way. */
export const reconciliationQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ["reconciliation", connectionId],
    queryFn: ({ signal }) =>
      api<Reconciliation>(`/v1/connections/${connectionId}/reconciliation`, { signal }),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? busyMs : calmMs),
  });

export type DriftView = "unsettled" | "settled";

/** The drift of a connection, newest first; read often while some of it is being put right. */
export const driftsQuery = (connection: string, view: DriftView) =>
  infiniteQueryOptions({
    queryKey: ["drifts", connection, view],
    queryFn: ({ signal, pageParam }) =>
      api<Drifts>(`/v1/drifts${queryString({ connection, state: view, cursor: pageParam })}`, { signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isWorking)) ? busyMs : calmMs,
  });

export const isWorking = ({ state }: Drift): boolean => state === "queued" || state === "running";

/** How far putting right is, every second until it has ended. */
export const fixesQuery = (id: string) =>
  queryOptions({
    queryKey: ["fixes", id],
    queryFn: ({ signal }) => api<Fixes>(`/v1/fixes/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data && state.data.state !== "running" ? false : 1_000),
  });

export const startSweep = (connectionId: string) =>
  api<Reconciliation>(`/v1/connections/${connectionId}/sweeps`, { method: "POST" });
export const startAudit = (connectionId: string) =>
  api<Audit>(`/v1/connections/${connectionId}/audits`, { method: "POST" });
export const abortAudit = (id: string) => api<Audit>(`/v1/audits/${id}/abort`, { method: "POST" });
export const createFixes = (body: FixesCreate) => api<Fixes>("/v1/fixes", { method: "POST", body });
export const abortFixes = (id: string) => api<Fixes>(`/v1/fixes/${id}/abort`, { method: "POST" });
export const dismissDrift = (id: string) => api<Drift>(`/v1/drifts/${id}/dismiss`, { method: "POST" });
