"use client";

import type { ReactNode } from "react";
import type { Overview } from "#lib/api/overview-shapes.ts";
import { Link } from "../navigation/navigation.tsx";
import { Glyph } from "../status/glyph.tsx";
import { Ago, ClockShort, ClockTime } from "../time/moment.tsx";
import { useNow } from "../time/now.tsx";
import { Box } from "../ui/box.tsx";

type Pulse = Overview["connections"][number];

const modeWords = { automation: "automations only", event: "automations and events" };

/** Each CRM account: whether it can be read, and when it called last. */
export function ConnectionPulse({ connections }: { connections: readonly Pulse[] }) {
  const now = useNow();
  return (
    <Box title="Connections">
      {connections.length === 0 && (
        <p className="border-t border-line px-4 py-4 text-ink-2">
          None yet.{" "}
          <Link href="/connections" className="link">
            Connect a CRM
          </Link>
        </p>
      )}
      <ul>
        {connections.map((connection) => {
          const paused = connection.pausedUntil !== null && Date.parse(connection.pausedUntil) > now;
          const glyph =
            connection.testOk === false ? "failed" : paused ? "held" : connection.testOk ? "synced" : "warn";
          return (
            <li
              key={connection.id}
              className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-baseline gap-x-3 border-t border-line px-4 py-3 max-sm:grid-cols-[16px_minmax(0,1fr)]"
            >
              <Glyph name={glyph} className="mt-0.5 self-start [--glyph-ground:var(--raised)]" />
              <div className="min-w-0 [overflow-wrap:anywhere]">
                <h3 className="text-[14px] font-[520]" title={connection.name}>
                  <Link href={`/connections/${connection.id}`} className="hover:underline tap">
                    <span className="line-clamp-2">{connection.name}</span>
                  </Link>
                </h3>
                <p className="text-small leading-normal text-ink-3">
                  {connection.kindLabel} · {modeWords[connection.mode]}
                  {connection.mode === "event" && !connection.webhookRegistered && ", not registered"}
                  <br />
                  <State connection={connection} paused={paused} />
                </p>
              </div>
              <p className="num text-right text-small whitespace-nowrap text-ink-2 max-sm:col-start-2 max-sm:text-left">
                {connection.lastDeliveryAt ? (
                  <>
                    last webhook <br className="max-sm:hidden" />
                    <Ago at={connection.lastDeliveryAt} />
                  </>
                ) : (
                  "no webhook yet"
                )}
              </p>
            </li>
          );
        })}
      </ul>
    </Box>
  );
}

function State({ connection, paused }: { connection: Pulse; paused: boolean }): ReactNode {
  if (paused && connection.pausedUntil)
    return (
      <>
        Asked for silence, until <ClockTime at={connection.pausedUntil} />
      </>
    );
  if (!connection.testAt) return "Not tested yet";
  return (
    <>
      {connection.testOk ? "API key accepted" : "Test failed"} <ClockShort at={connection.testAt} />
    </>
  );
}
