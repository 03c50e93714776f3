import type { Attempt, Delivery, DeliveryDetail } from "#lib/api/delivery-shapes.ts";
import { count, counted, duration } from "../time/durations.ts";
import { clock } from "../time/zoned.ts";
import { causedBy } from "./row-words.ts";

const times = [
  "",
  "",
  "twice",
  "three times",
  "four times",
  "five times",
  "six times",
  "seven times",
  "eight times",
];

/** The sentence of the panel: where it stopped and why, with how often it was tried; or what was done. */
export function panelSentence(delivery: Delivery): string {
  if (delivery.sentence && delivery.site && delivery.site.others > 0) {
    const { others } = delivery.site;
    return `${delivery.sentence} ${count(others)} more ${others === 1 ? "site is" : "sites are"} not right either.`;
  }
  if (delivery.sentence) {
    const often =
      delivery.status === "failed" || delivery.status === "dead"
        ? (times[delivery.attempts] ?? `${delivery.attempts} times`)
        : "";
    return often === "" ? delivery.sentence : delivery.sentence.replace(/\.$/, `, ${often}.`);
  }
  if (delivery.status === "queued") return "Stored, and waiting its turn.";
  if (delivery.status === "running") return "Under way.";
  if (delivery.status === "held") return "Held back, and not lost.";
  const what = delivery.detail ?? "the member is up to date";
  if (delivery.status === "synced")
    return `Synced${delivery.syncMs === null ? "" : ` in ${duration(delivery.syncMs)}`}: ${what}.`;
  return what;
}

/** How a run ended here. The sites that are not right have lines of their own in the timeline. */
export function runSentence(run: Attempt, delivery: Pick<Delivery, "status" | "site">): string {
  if (run.sentence) return run.sentence;
  if (run.status === "running") return "Under way.";
  if (delivery.status !== "partly_synced") return "It went through.";
  const wrong = delivery.site ? delivery.site.others + 1 : 1;
  return `The member is right; ${counted(wrong, "site is", "sites are")} not.`;
}

/** What to do, with the moment of the next try put in where it is known. */
export function panelRemedy(delivery: Delivery, zone: string): string | null {
  const remedy = delivery.remedy;
  if (delivery.status !== "failed" || !delivery.nextRetryAt) return remedy;
  const next = `Rollcall tries again at ${clock(delivery.nextRetryAt, zone)}`;
  if (!remedy) return `Nothing is lost. ${next}.`;
  return remedy.includes("ollcall tries again by itself")
    ? remedy.replace(/Rollcall tries again by itself/, next)
    : `${remedy} ${next}.`;
}

/** "by automation “Level change”" */
export function panelCause(delivery: Delivery): string {
  if (delivery.trigger === "event") {
    const by = causedBy(delivery);
    return `event webhook, ${by[0]?.toLowerCase()}${by.slice(1)}`;
  }
  if (delivery.trigger === "person") return "by a person";
  if (!delivery.keyName) return "with an unknown key";
  return `${delivery.trigger === "automation" ? "by an automation, key" : "key"} “${delivery.keyName}”`;
}

/** Why there is no difference to show. */
export function noChangesWords(delivery: Delivery): [string, string] {
  switch (delivery.status) {
    case "queued":
    case "held":
    case "running":
      return [
        "No changes yet.",
        "When the run has ended, the difference in tags, fields and role appears here.",
      ];
    case "failed":
      return [
        "No changes yet.",
        "The run stopped before it touched the member. When a try goes through, the difference appears here.",
      ];
    case "dead":
      return ["No changes.", "The run stopped before it touched the member."];
    case "rejected":
    case "unreadable":
      return ["No changes.", "It was turned away at the door, so no member was touched."];
    case "synced":
    case "partly_synced":
      return ["No changes.", "The member already was as the CRM has it."];
    default:
      return ["No changes.", "Nothing was to do for this one."];
  }
}

/** Whether the CRM may call a webhook failed although it was answered in time. */
export const crmMayBlame = (delivery: Delivery): boolean =>
  (delivery.status === "failed" || delivery.status === "dead") &&
  delivery.hop !== "door" &&
  delivery.ackMs !== null;

const skippedHeaders = new Set([
  "host",
  "content-length",
  "connection",
  "transfer-encoding",
  "accept-encoding",
]);
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The request as a curl command for a POSIX shell; the access key stays the word "hidden". */
export function asCurl(request: DeliveryDetail["request"], origin: string): string {
  const address = `${origin}${request.path}${request.query === "" ? "" : `?${request.query.replace(/^\?/, "")}`}`;
  const lines = [`curl -X ${request.method} ${quoted(address)}`];
  for (const [name, value] of request.headers)
    if (!skippedHeaders.has(name.toLowerCase()) && value !== "hidden")
      lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (request.bodyBase64 !== null)
    return `echo ${request.bodyBase64} | base64 -d | ${[...lines, "--data-binary @-"].join(" \\\n  ")}`;
  if (request.body !== "") lines.push(`--data-raw ${quoted(request.body)}`);
  return lines.join(" \\\n  ");
}
