import type { DeliveryCounts } from "#lib/api/delivery-shapes.ts";
import { chartGroups } from "../status/outcomes.ts";
import { bucketSpan } from "./use-brush.ts";

/** The numbers of the chart for those who cannot see it. */
export function HistogramTable({ counts, zone }: { counts: DeliveryCounts; zone: string }) {
  return (
    <div className="sr-only">
      <table>
        <caption>Deliveries over time</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {chartGroups.map((group) => (
              <th key={group.key} scope="col">
                {group.word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.buckets.map((bucket, index) => (
            <tr key={bucket.at}>
              <th scope="row">{bucketSpan(counts, index, index, zone)}</th>
              {chartGroups.map((group) => (
                <td key={group.key}>{bucket[group.key]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
