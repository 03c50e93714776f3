"use client";

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { openAlertsQuery } from "../alerts/alert-queries.ts";
import { useNeedsPerson } from "./needs-person.ts";
import { type Person, PersonProvider } from "./person.tsx";
import { TabBar, TopBar } from "./phone-bars.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import { Sidebar } from "./sidebar.tsx";
import { SignedOut } from "./signed-out.tsx";

/** The console around every page: where one is, where one can go, who one is. */
export function Shell({ site, person, children }: { site: string; person: Person; children: ReactNode }) {
  const [keysShown, setKeysShown] = useState(false);
  const needsPerson = useNeedsPerson();
  const openAlerts = useQuery({ ...openAlertsQuery(), select: ({ items }) => items.length }).data ?? 0;
  return (
    <PersonProvider person={person}>
      <a
        href="#main"
        className="fixed -top-15 left-3 z-80 rounded-control bg-ink px-3.5 py-2.5 text-canvas focus:top-3"
      >
        Skip to content
      </a>
      <div className="grid min-h-screen grid-cols-[216px_minmax(0,1fr)] max-xl:grid-cols-[60px_minmax(0,1fr)] max-sm:block max-sm:pb-16">
        <TopBar />
        <Sidebar
          site={site}
          person={person}
          needsPerson={needsPerson}
          openAlerts={openAlerts}
          onShowKeys={() => setKeysShown(true)}
        />
        <div className="min-w-0 overflow-x-clip border-l border-line bg-surface max-sm:min-h-[calc(100dvh-120px)] max-sm:border-l-0">
          {children}
        </div>
        <TabBar needsPerson={needsPerson} openAlerts={openAlerts} />
      </div>
      <SignedOut />
      <Shortcuts open={keysShown} onOpenChange={setKeysShown} />
    </PersonProvider>
  );
}
