"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import { Tooltip } from "@base-ui/react/tooltip";
import NextLink from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useMemo } from "react";
import { NavigationProvider } from "#components/navigation/navigation.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { ToastProvider } from "#components/ui/toast.tsx";

/** What every page stands in: routing, URL state, server state, tooltips and failures. */
export function Providers({ children }: { children: ReactNode }) {
  const router = useRouter();
  const pathname = usePathname();
  const navigation = useMemo(
    () => ({
      Anchor: NextLink,
      pathname,
      go: (href: string) => router.push(href),
      refresh: () => router.refresh(),
    }),
    [router, pathname],
  );
  return (
    <NavigationProvider value={navigation}>
      <CSPProvider disableStyleElements>
        <NuqsAdapter>
          <QueryProvider>
            <Tooltip.Provider delay={300}>
              <ToastProvider>{children}</ToastProvider>
            </Tooltip.Provider>
          </QueryProvider>
        </NuqsAdapter>
      </CSPProvider>
    </NavigationProvider>
  );
}
