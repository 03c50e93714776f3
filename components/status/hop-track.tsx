import type { Hop, Status } from "#lib/words.ts";
import { hopPlaces, type Place } from "./hop-places.ts";

const step = 16.5;
const xOf = (index: number) => 6 + index * step;
const line = { fill: "none", stroke: "currentColor", strokeLinecap: "round" } as const;

function PlaceMark({ place, x }: { place: Place; x: number }) {
  if (place === "reached") return <circle cx={x} cy="8" r="3" fill="currentColor" />;
  if (place === "ended" || place === "needless")
    return <path d={`M${x - 3} 8h6`} {...line} strokeWidth={place === "ended" ? 2 : 1.5} />;
  if (place === "unreached")
    return <circle cx={x} cy="8" r="2.2" fill="none" stroke="var(--line-strong)" strokeWidth="1.2" />;
  if (place === "waiting")
    return (
      <circle
        cx={x}
        cy="8"
        r="4.6"
        {...line}
        className="text-accent"
        strokeWidth="1.5"
        strokeDasharray="1.7 1.91"
      />
    );
  if (place === "underway")
    return (
      <g className="text-accent">
        <circle cx={x} cy="8" r="5" {...line} strokeOpacity=".35" strokeWidth="1.5" />
        <path d={`M${x} 3a5 5 0 0 1 5 5`} {...line} strokeWidth="1.7" />
        <circle cx={x} cy="8" r="1.8" fill="currentColor" />
      </g>
    );
  if (place === "part")
    return (
      <g className="text-wait-ink">
        <circle cx={x} cy="8" r="4.7" {...line} strokeWidth="1.4" />
        <path d={`M${x} 3.3a4.7 4.7 0 0 0 0 9.4z`} fill="currentColor" />
      </g>
    );
  const held = place === "held";
  return (
    <g className={held ? "text-wait-ink" : "text-bad-ink"}>
      <circle cx={x} cy="8" r="5.5" fill="currentColor" />
      <path
        d={held ? `M${x - 1.6} 6v4M${x + 1.6} 6v4` : `M${x - 2} 6l4 4M${x + 2} 6l-4 4`}
        stroke="var(--surface)"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </g>
  );
}

/** The hop line: five places in one order, and where this delivery is or stopped. */
export function HopTrack({ status, hop }: { status: Status; hop: Hop }) {
  const { places, label } = hopPlaces(status, hop);
  return (
    <svg
      width="78"
      height="16"
      viewBox="0 0 78 16"
      role="img"
      aria-label={label}
      className="inline-block flex-none align-middle text-ink-3"
    >
      {places.slice(1).map((place, index) => {
        const passed = place !== "ended" && place !== "needless" && place !== "unreached";
        return (
          <path
            // The five places never change order.
            key={xOf(index)}
            d={`M${xOf(index) + 5} 8H${xOf(index + 1) - 5}`}
            stroke={passed ? "currentColor" : "var(--line-strong)"}
            strokeWidth="1.4"
            strokeOpacity={passed ? 0.55 : 0.8}
            strokeDasharray={passed ? undefined : "1.5 2.5"}
          />
        );
      })}
      {places.map((place, index) => (
        <PlaceMark key={xOf(index)} place={place} x={xOf(index)} />
      ))}
    </svg>
  );
}
