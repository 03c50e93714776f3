import { queryOptions } from "@tanstack/react-query";
import type { AccessKey, AccessKeyCreate, AccessKeyCreated } from "#lib/api/key-shapes.ts";
import type { AccessKeyPatch } from "#lib/api/more-shapes.ts";
import { api, queryString } from "../query/api.ts";

/** All access keys, or those of one connection; uses are read anew every 30 s. */
export const keysQuery = (connection?: string) =>
  queryOptions({
    queryKey: ["access-keys", connection ?? "all"],
    queryFn: ({ signal }) =>
      api<{ items: AccessKey[]; nextCursor: string | null }>(
        `/v1/access-keys${queryString({ connection })}`,
        { signal },
      ),
    refetchInterval: 30_000,
  });

export const createKey = (body: AccessKeyCreate) =>
  api<AccessKeyCreated>("/v1/access-keys", { method: "POST", body });

export const patchKey = (id: string, body: AccessKeyPatch) =>
  api<AccessKey>(`/v1/access-keys/${id}`, { method: "PATCH", body });

export const rotateKey = (id: string, overlapHours: number) =>
  api<AccessKeyCreated>(`/v1/access-keys/${id}/rotate`, { method: "POST", body: { overlapHours } });

export const revokeKey = (id: string) => api<AccessKey>(`/v1/access-keys/${id}`, { method: "DELETE" });
