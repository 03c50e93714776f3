"use client";

import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Pause, Play, RefreshCw } from "lucide-react";
import { useState } from "react";
import type { Destination, SiteTest } from "#lib/api/destination-shapes.ts";
import { Crumb, PageHead } from "../shell/page.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Ago } from "../time/moment.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { Note } from "../ui/note.tsx";
import { keepDestination, pauseDestination, resumeDestination } from "./destination-queries.ts";
import { DestinationState } from "./destination-state.tsx";
import { EditDestination } from "./edit-destination.tsx";
import { RemoveDestination } from "./remove-destination.tsx";

/** The name of a destination, how it stands, and what can be done to it as a whole. */
export function DestinationHead({
  destination,
  testing,
}: {
  destination: Destination;
  testing: UseMutationResult<SiteTest, Error, void>;
}) {
  const [open, setOpen] = useState<"settings" | "delete" | null>(null);
  const blocked = useBlocked("operator");
  const mayEdit = useBlocked("owner") === null;
  const queries = useQueryClient();
  const { id, name, kindLabel, site, state, health } = destination;
  const isActive = state === "active";
  const turning = useMutation({
    mutationFn: () => (isActive ? pauseDestination(id) : resumeDestination(id)),
    onSuccess: (next) => keepDestination(queries, next),
  });
  const Sign = isActive ? Pause : Play;
  const failure = testing.error
    ? (["The test did not run.", testing.error] as const)
    : turning.error
      ? ([isActive ? "Not paused." : "Not resumed.", turning.error] as const)
      : null;
  return (
    <>
      <Crumb href="/destinations" word="Destinations" here={name} />
      <PageHead
        title={name}
        beside={<DestinationState destination={destination} />}
        lead={
          <>
            {kindLabel} · {site} ·{" "}
            {health.lastPush ? (
              <>
                last push <Ago at={health.lastPush.at} />
              </>
            ) : (
              "no push yet"
            )}
          </>
        }
        actions={
          <>
            <Button
              busy={testing.isPending}
              blocked={blocked}
              glyph={<RefreshCw size={15} strokeWidth={1.75} aria-hidden />}
              onClick={() => testing.mutate()}
            >
              Test again
            </Button>
            <Button
              tone={isActive ? "plain" : "primary"}
              busy={turning.isPending}
              blocked={blocked}
              glyph={<Sign size={15} strokeWidth={1.75} aria-hidden />}
              onClick={() => turning.mutate()}
            >
              {isActive ? "Pause" : "Resume"}
            </Button>
            <Menu
              trigger={
                <button
                  type="button"
                  aria-label="More"
                  className={`${buttonClass({ icon: true })} max-sm:flex-none!`}
                >
                  <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
                </button>
              }
            >
              <MenuItem disabled={!mayEdit} onSelect={() => setOpen("settings")}>
                Name and settings
              </MenuItem>
              <MenuItem danger disabled={!mayEdit} onSelect={() => setOpen("delete")}>
                Delete
              </MenuItem>
            </Menu>
          </>
        }
      />
      {failure && (
        <Note tone="bad" role="alert" className="mt-4">
          <b>{failure[0]}</b> {failure[1].message}
        </Note>
      )}
      {open === "settings" && <EditDestination destination={destination} onClose={() => setOpen(null)} />}
      {open === "delete" && <RemoveDestination destination={destination} onClose={() => setOpen(null)} />}
    </>
  );
}
