import type { ErasedSite } from "#lib/api/erasure-shapes.ts";

/** What became of an erased person at each site, and what is left to do there. */
export function ErasedSites({ sites }: { sites: readonly ErasedSite[] }) {
  if (sites.length === 0) return null;
  return (
    <ul aria-label="Sites" className="mt-2 text-fine text-ink-2">
      {sites.map(({ destinationId, sentence, remedy }) => (
        <li key={destinationId} className="mt-1 [overflow-wrap:anywhere]">
          {sentence} {remedy && <b>{remedy}</b>}
        </li>
      ))}
    </ul>
  );
}
