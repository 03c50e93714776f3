import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Erasure, ErasurePreview, ErasureSubject } from "#lib/api/erasure-shapes.ts";
import type { Retention, RetentionPreview, RetentionRun } from "#lib/api/retention-shapes.ts";
import type { ApiToken, ApiTokenCreate, ApiTokenCreated } from "#lib/api/token-shapes.ts";
import { api } from "../query/api.ts";
import type { Rules } from "./retention-words.ts";

/** How long things are kept, and the last clean-ups; read often while one runs. */
export const retentionQuery = () =>
  queryOptions({
    queryKey: ["retention"],
    queryFn: ({ signal }) => api<Retention>("/v1/retention", { signal }),
    refetchInterval: ({ state }) =>
      state.data?.runs.some((run) => run.state === "queued" || run.state === "running") ? 2_000 : 60_000,
  });

/** What the next clean-up would remove under these rules; the last answer stays until the new one is there. */
export const retentionPreviewQuery = (rules: Partial<Rules>) =>
  queryOptions({
    queryKey: ["retention", "preview", rules],
    queryFn: ({ signal }) =>
      api<RetentionPreview>("/v1/retention/preview", { method: "POST", body: { rules }, signal }),
    placeholderData: keepPreviousData,
  });

export const saveRules = (rules: Partial<Rules>) =>
  api<Retention>("/v1/retention", { method: "PATCH", body: { rules } });

export const startCleanUp = () => api<RetentionRun>("/v1/retention/runs", { method: "POST" });

/** What erasing this person would reach. */
export const erasurePreviewQuery = (subject: ErasureSubject) =>
  queryOptions({
    queryKey: ["erasures", "preview", subject],
    queryFn: ({ signal }) =>
      api<ErasurePreview>("/v1/erasures/preview", { method: "POST", body: subject, signal }),
    gcTime: 0,
    retry: false,
  });

export const startErasure = (subject: ErasureSubject, confirm: string) =>
  api<Erasure>("/v1/erasures", { method: "POST", body: { ...subject, confirm } });

/** How far an erasure is, until it is done. */
export const erasureQuery = (id: string) =>
  queryOptions({
    queryKey: ["erasures", id],
    queryFn: ({ signal }) => api<Erasure>(`/v1/erasures/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === "done" ? false : 1_000),
  });

/** The last erasures, of whom nobody can tell any more. */
export const erasuresQuery = () =>
  queryOptions({
    queryKey: ["erasures"],
    queryFn: ({ signal }) => api<{ items: Erasure[] }>("/v1/erasures", { signal }),
  });

/** Every API token, for owners; when they were used last is read anew every 30 s. */
export const tokensQuery = () =>
  queryOptions({
    queryKey: ["api-tokens"],
    queryFn: ({ signal }) => api<{ items: ApiToken[] }>("/v1/api-tokens", { signal }),
    refetchInterval: 30_000,
  });

export const createToken = (body: ApiTokenCreate) =>
  api<ApiTokenCreated>("/v1/api-tokens", { method: "POST", body });

export const revokeToken = (id: string) => api<ApiToken>(`/v1/api-tokens/${id}`, { method: "DELETE" });
