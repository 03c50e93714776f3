"use client";

import { useQuery } from "@tanstack/react-query";
import type { Connection } from "#lib/api/connection-shapes.ts";
import { ConnectionForm } from "./connection-form.tsx";
import { connectionQuery } from "./connection-queries.ts";

/** One connection: when the CRM calls, what is copied, and how the account did in its last test. */
export function ConnectionPage({ initial }: { initial: Connection }) {
  const { data } = useQuery({ ...connectionQuery(initial.id), initialData: initial });
  return <ConnectionForm key={data.id} connection={data} />;
}
