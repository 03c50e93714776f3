"use client";

import { useQuery } from "@tanstack/react-query";
import type { Flood } from "#lib/api/flood-shapes.ts";
import { type FloodPage, floodQuery, floodsQuery } from "./flood-queries.ts";

const none: readonly Flood[] = [];

/**
 * The floods of a connection or of all, beginning with those the server read for the same, and the one that is looked
 * into; `opened` is null while none is.
 */
export function useFloods(connection: string | null, openId: string | null, initial?: FloodPage) {
  const all = useQuery({ ...floodsQuery(connection), initialData: initial }).data?.items ?? none;
  const found = useQuery(floodQuery(openId)).data ?? all.find(({ id }) => id === openId);
  return { all, opened: openId === null ? null : (found ?? null) };
}

export type Floods = ReturnType<typeof useFloods>;
