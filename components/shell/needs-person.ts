"use client";

import { useQuery } from "@tanstack/react-query";
import type { Overview } from "#lib/api/overview-shapes.ts";
import { api } from "../query/api.ts";

/** How many causes wait for a person; read anew every half minute while the page is looked at. */
export function useNeedsPerson(): number {
  const { data } = useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => api<Overview>("/v1/overview", { signal }),
    refetchInterval: 30_000,
    select: (overview) => overview.needsPerson.length,
  });
  return data ?? 0;
}
