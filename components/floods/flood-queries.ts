import { queryOptions } from "@tanstack/react-query";
import type { Flood } from "#lib/api/flood-shapes.ts";
import { api, queryString } from "../query/api.ts";

export type FloodPage = { items: Flood[]; nextCursor: string | null };

const busyEveryMs = 3_000;
const calmEveryMs = 15_000;

/** Floods and batches, those with work left first; read anew every 3 s while one has work left, else every 15 s. */
export const floodsQuery = (connection: string | null) =>
  queryOptions({
    queryKey: ["floods", "list", connection],
    queryFn: ({ signal }) =>
      api<FloodPage>(`/v1/floods${queryString({ connection, limit: 100 })}`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some((flood) => flood.closedAt === null) ? busyEveryMs : calmEveryMs,
  });

/** One flood, read anew every 3 s until nothing of it waits any more. */
export const floodQuery = (id: string | null) =>
  queryOptions({
    queryKey: ["floods", "one", id],
    queryFn: ({ signal }) => api<Flood>(`/v1/floods/${id}`, { signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.closedAt === null ? busyEveryMs : false),
  });

export type FloodChoice = "hold" | "release" | "drop";

/** Decides about a flood; an empty reason is none. */
export const decideFlood = (id: string, choice: FloodChoice, reason: string) =>
  api<Flood>(`/v1/floods/${id}/${choice}`, {
    method: "POST",
    body: reason.trim() === "" ? {} : { reason: reason.trim() },
  });
