import { Counter, Gauge, Histogram } from "prom-client";
import { processWide } from "../process-wide.ts";
import type { SpoolState } from "./overflow.ts";

/** What the door counts; shown by /metrics. `outcome` is the HTTP status, or broken, too_large, full. */
export const doorCounters = processWide("door.counters", () => ({
  requests: new Counter({
    name: "rollcall_door_requests_total",
    help: "Requests at the door by answer",
    labelNames: ["outcome"],
  }),
  answerSeconds: new Histogram({
    name: "rollcall_door_answer_seconds",
    help: "From the first byte to the answer, without waiting keys",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  }),
}));

/** What a door holds at this moment. */
export type DoorLoad = { requests: number; bytes: number; spool: SpoolState };

const watched = processWide("door.watched", () => ({ read: null as (() => DoorLoad) | null }));

/** The load of this process's door; null when it has none. */
export const doorLoad = (): DoorLoad | null => watched.read?.() ?? null;

/** Shows a door's load in /metrics, and through `doorLoad`. */
export function watchDoor(read: () => DoorLoad): void {
  watched.read = read;
  const gauge = (name: string, help: string, value: (load: DoorLoad) => number) =>
    new Gauge({
      name,
      help,
      collect() {
        this.set(value(read()));
      },
    });
  gauge("rollcall_door_in_flight", "Requests inside the door", (load) => load.requests);
  gauge("rollcall_door_held_bytes", "Bytes of bodies inside the door", (load) => load.bytes);
  gauge(
    "rollcall_spool_deliveries",
    "Deliveries on disk that wait for the database",
    (load) => load.spool.deliveries,
  );
  gauge("rollcall_spool_bytes", "Size of the spool file", (load) => load.spool.bytes);
  gauge("rollcall_spool_limit_bytes", "What the spool file may grow to", (load) => load.spool.maxBytes);
}
