"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Delivery } from "#lib/api/delivery-shapes.ts";
import { aboutWhom, secondLine } from "../deliveries/row-words.ts";
import { Link } from "../navigation/navigation.tsx";
import { api } from "../query/api.ts";
import { Glyph } from "../status/glyph.tsx";
import { hopNames, hopPlaces, type Place } from "../status/hop-places.ts";
import { type GlyphName, outcomes } from "../status/outcomes.ts";
import { useNow } from "../time/now.tsx";
import { useZone } from "../time/zone.tsx";
import { Button } from "../ui/button.tsx";

const glyphs: Record<Place, GlyphName> = {
  reached: "synced",
  stopped: "failed",
  held: "held",
  part: "partly_synced",
  underway: "running",
  waiting: "queued",
  ended: "skipped",
  needless: "off",
  unreached: "off",
};

const nothingYet: readonly Place[] = ["underway", "unreached", "unreached", "unreached", "unreached"];

/** Waits for the first webhook and follows it hop by hop; calls with a wrong key show here too. */
export function Listening({ onDone }: { onDone: () => void }) {
  const [startedMs] = useState(() => Date.now());
  const now = useNow();
  const zone = useZone();
  const { data } = useQuery({
    queryKey: ["deliveries", "first"],
    queryFn: ({ signal }) => api<{ items: Delivery[] }>("/v1/deliveries?limit=1", { signal }),
    refetchInterval: 2_000,
  });
  const first = data?.items[0];
  const places = first ? hopPlaces(first.status, first.hop).places : nothingYet;
  return (
    <>
      <div className="mt-3 rounded-box border border-line bg-raised px-[22px] py-5 [--glyph-ground:var(--raised)]">
        <div className="flex flex-wrap items-center gap-x-3.5 gap-y-1">
          {first ? <Glyph name={first.status} /> : <span aria-hidden className="pulse-dot" />}
          <b role="status">{first ? titleOf(first) : "Waiting for the first webhook"}</b>
          {!first && (
            <span className="num ml-auto text-small text-ink-3">
              listening for {minutes(now - startedMs)}
            </span>
          )}
        </div>
        <Line places={places} waiting={!first} />
        {first && (
          <div className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2">
            <p className="grow text-ink-2">
              {aboutWhom(first)[0]}: {first.sentence ?? secondLine(first, zone)}
            </p>
            <Link
              href={`/webhooks?open=${first.id}`}
              className="link max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
            >
              See every step
            </Link>
            <Button size="small" onClick={onDone}>
              Open the console
            </Button>
          </div>
        )}
      </div>
      {!first && (
        <p className="mt-2.5 text-small text-ink-3">
          Nothing after a minute? The usual cause is an address that your CRM cannot reach from outside, or
          one that starts with http: ActiveCampaign calls https only. Calls with a wrong key would show up
          here too, so silence means that no call has reached us.
        </p>
      )}
    </>
  );
}

const titleOf = ({ status }: Delivery) => `The first webhook is here: ${outcomes[status].word.toLowerCase()}`;

const minutes = (ms: number) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

function Line({ places, waiting }: { places: readonly Place[]; waiting: boolean }) {
  return (
    <ol className="mt-5 grid grid-cols-5 max-sm:grid-cols-1 max-sm:gap-3">
      {hopNames.map(({ hop, name }, index) => {
        const place = places[index] ?? "unreached";
        const passed = !waiting && place === "reached" && places[index + 1] !== "unreached";
        return (
          <li key={hop} className="relative max-sm:flex max-sm:items-center max-sm:gap-3">
            {index < 4 && (
              <span
                aria-hidden
                className={`absolute top-[10px] right-[7px] left-[29px] h-0.5 max-sm:hidden ${
                  passed
                    ? "bg-ok-fill"
                    : "bg-[repeating-linear-gradient(90deg,var(--line-strong)_0_2px,transparent_2px_6px)] opacity-80"
                }`}
              />
            )}
            <Glyph name={glyphs[place]} size={22} />
            <span className="mt-2 block text-log font-[480] text-ink-2 max-sm:mt-0">{name}</span>
          </li>
        );
      })}
    </ol>
  );
}
