import type { Connection } from "#lib/api/connection-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import { Pill } from "../ui/pill.tsx";

/** Whether the account answered when it was last tried. */
export function ConnectionState({ connection }: { connection: Pick<Connection, "lastTest"> }) {
  const test = connection.lastTest;
  if (!test)
    return (
      <Pill tone="idle" glyph={<Glyph name="off" />}>
        Not tested
      </Pill>
    );
  if (!test.ok)
    return (
      <Pill tone="bad" glyph={<Glyph name="failed" />}>
        Test failed
      </Pill>
    );
  return (
    <Pill tone="ok" glyph={<Glyph name="synced" />}>
      Connected
    </Pill>
  );
}

/** The host of an address, which is how people know an account. */
export const hostOf = (baseUrl: string): string => (URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl);

export const modeWords = { automation: "Automations only", event: "Automations and events" } as const;
