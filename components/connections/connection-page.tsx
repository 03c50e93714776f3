"use client";

import { useQuery } from "@tanstack/react-query";
import { FailedState } from "../ui/empty-state.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { ConnectionForm } from "./connection-form.tsx";
import { connectionQuery } from "./connection-queries.ts";

/** One connection: when the CRM calls, what is copied, and how the account did in its last test. */
export function ConnectionPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(connectionQuery(id));
  if (data) return <ConnectionForm key={data.id} connection={data} />;
  if (error) return <FailedState what="The connection" error={error} onRetry={refetch} />;
  return <SkeletonRows rows={7} label="Reading the connection" />;
}
