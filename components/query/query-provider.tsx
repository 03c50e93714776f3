"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiFailure } from "./api.ts";

/** A mistake of the caller stays one however often it is asked. */
const worthAnotherTry = (failures: number, error: Error) =>
  failures < 2 && !(error instanceof ApiFailure && error.status >= 400 && error.status < 500);

/** Server state for all pages: fresh for 5 s, read again when the window comes back. */
export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { staleTime: 5_000, retry: worthAnotherTry } } }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
