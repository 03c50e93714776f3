import { queryOptions } from "@tanstack/react-query";
import type { Registration } from "#lib/api/alert-shapes.ts";
import type {
  Connection,
  ConnectionCatalog,
  ConnectionCreate,
  ConnectionPatch,
  CrmKind,
  TestReport,
} from "#lib/api/connection-shapes.ts";
import { api } from "../query/api.ts";

type Page<T> = { items: T[]; nextCursor: string | null };

/** All connections, oldest first. */
export const connectionsQuery = () =>
  queryOptions({
    queryKey: ["connections"],
    queryFn: ({ signal }) => api<Page<Connection>>("/v1/connections", { signal }),
  });

/** One connection; its last webhook and test are read anew every 30 s. */
export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["connections", id],
    queryFn: ({ signal }) => api<Connection>(`/v1/connections/${id}`, { signal }),
    refetchInterval: 30_000,
  });

/** The CRM's own fields and lists. It costs calls to the CRM, so it is kept for five minutes. */
export const catalogQuery = (id: string) =>
  queryOptions({
    queryKey: ["connections", id, "catalog"],
    queryFn: ({ signal }) => api<ConnectionCatalog>(`/v1/connections/${id}/catalog`, { signal }),
    staleTime: 300_000,
    refetchOnWindowFocus: false,
    retry: false,
  });

/** The kinds of CRM, with the words of their events. They change with the version only. */
export const kindsQuery = () =>
  queryOptions({
    queryKey: ["crm-kinds"],
    queryFn: ({ signal }) => api<Page<CrmKind>>("/v1/connections/kinds", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const createConnection = (body: ConnectionCreate) =>
  api<Connection>("/v1/connections", { method: "POST", body });

export const patchConnection = (id: string, body: ConnectionPatch) =>
  api<Connection>(`/v1/connections/${id}`, { method: "PATCH", body });

export const testConnection = (id: string) =>
  api<TestReport>(`/v1/connections/${id}/test`, { method: "POST" });

/** How the connection's webhook in the CRM stood at the last look. */
export const registrationQuery = (id: string) =>
  queryOptions({
    queryKey: ["connections", id, "registration"],
    queryFn: ({ signal }) =>
      api<{ registration: Registration | null }>(`/v1/connections/${id}/registration`, { signal }),
    refetchInterval: 30_000,
  });

export const checkRegistration = (id: string) =>
  api<{ registration: Registration | null }>(`/v1/connections/${id}/registration`, { method: "POST" });
