import type { Hop, Status } from "#lib/words.ts";

/** The five places in their one order, with the names people see. */
export const hopNames: readonly { hop: Hop; name: string }[] = [
  { hop: "door", name: "Door" },
  { hop: "queue", name: "Queue" },
  { hop: "crm", name: "CRM" },
  { hop: "member", name: "Member" },
  { hop: "sites", name: "Sites" },
];

/** The name people see for a hop. */
export const hopName = (hop: Hop): string => hopNames.find((place) => place.hop === hop)?.name ?? hop;

export type Place =
  | "reached"
  | "stopped"
  | "held"
  | "part"
  | "underway"
  | "waiting"
  | "ended"
  | "needless"
  | "unreached";

const atHop: Record<Exclude<Status, "synced">, { place: Place; verb: string }> = {
  queued: { place: "waiting", verb: "waits at" },
  held: { place: "held", verb: "held at" },
  running: { place: "underway", verb: "now at" },
  partly_synced: { place: "part", verb: "partly done at" },
  failed: { place: "stopped", verb: "stopped at" },
  dead: { place: "stopped", verb: "stopped at" },
  rejected: { place: "stopped", verb: "stopped at" },
  unreadable: { place: "stopped", verb: "stopped at" },
  skipped: { place: "ended", verb: "ended at" },
  duplicate: { place: "ended", verb: "ended at" },
  filtered: { place: "ended", verb: "ended at" },
};

/**
 * What to draw at each of the five hops, and the sentence that says the same. A synced delivery that ended at the
 * member has no site to go to: its last place is `needless`.
 */
export function hopPlaces(status: Status, hop: Hop): { places: Place[]; label: string } {
  const at = hopNames.findIndex((place) => place.hop === hop);
  if (status === "synced") {
    const toSites = hop === "sites";
    return {
      places: ["reached", "reached", "reached", "reached", toSites ? "reached" : "needless"],
      label: toSites ? "Reached every hop" : "Reached every hop; Sites not needed",
    };
  }
  const { place, verb } = atHop[status];
  return {
    places: hopNames.map((_, index) => (index < at ? "reached" : index === at ? place : "unreached")),
    label: `${verb} ${hopName(hop)}, hop ${at + 1} of ${hopNames.length}`,
  };
}
