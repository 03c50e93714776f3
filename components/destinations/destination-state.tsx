import type { Destination } from "#lib/api/destination-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import { Pill } from "../ui/pill.tsx";
import { lookOf } from "./destination-words.ts";

/** How a destination stands, beside its name. */
export function DestinationState({
  destination,
}: {
  destination: Pick<Destination, "state" | "health" | "lastTest">;
}) {
  const { glyph, tone, word } = lookOf(destination);
  return (
    <Pill tone={tone} glyph={<Glyph name={glyph} />}>
      {word}
    </Pill>
  );
}
