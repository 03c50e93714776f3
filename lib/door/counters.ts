import { Counter, Histogram } from "prom-client";
import { processWide } from "../process-wide.ts";

/** What the door counts; shown by /metrics. `outcome` is the HTTP status, or broken, too_large, not_kept. */
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
