import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Shell } from "#components/shell/shell.tsx";
import { NowProvider } from "#components/time/now.tsx";
import { requireSession } from "#lib/auth/require-session.ts";
import { env } from "#lib/env.ts";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const { name, email, role } = await requireSession();
  return (
    <NowProvider startMs={Date.now()} zone={(await cookies()).get("zone")?.value}>
      <Shell site={new URL(env().publicUrl).host} person={{ name, email, role }}>
        {children}
      </Shell>
    </NowProvider>
  );
}
