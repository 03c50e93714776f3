"use client";

import { useQuery } from "@tanstack/react-query";
import type { Flood } from "#lib/api/flood-shapes.ts";
import { useNow } from "../time/now.tsx";
import { type FloodPage, floodQuery, floodsQuery } from "./flood-queries.ts";

const keptAfterEndMs = 10 * 60_000;
const none: readonly Flood[] = [];

/**
 * The floods of a connection or of all, beginning with those the server read for the same; `shown` are those that belong above the log: the one that is looked into, or
 * else those with work left and those that ended within the last ten minutes.
 */
export function useFloods(connection: string | null, openId: string | null, initial?: FloodPage) {
  const now = useNow();
  const all = useQuery({ ...floodsQuery(connection), initialData: initial }).data?.items ?? none;
  const opened = useQuery(floodQuery(openId)).data ?? all.find(({ id }) => id === openId);
  const recent = all.filter(
    ({ closedAt }) => closedAt === null || now - Date.parse(closedAt) < keptAfterEndMs,
  );
  return { all, shown: openId === null ? recent : opened ? [opened] : none };
}
