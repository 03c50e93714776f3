import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** One webhook that was sent: what it said, and what was answered. `deliveryId` is there when it was accepted. */
export type Sent = {
  marker: string;
  contactId: number;
  url: string;
  body: string;
  status: number | null;
  deliveryId: string | null;
};

/** What a webhook of the load says; the same object is sent as often as it is returned. */
export type Call = Pick<Sent, "marker" | "contactId" | "url" | "body">;

/** ActiveCampaign gives a webhook five seconds (its webhook documentation). */
const callLimitMs = 5_000;
const headers = { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" };

/**
 * Sends at a fixed rate whatever the answers do (open loop), each call once. Resolves when the last is answered or
 * given up.
 */
export async function sendOpenLoop(
  options: { perSecond: number; total: number; next: (number: number) => Call; signal: AbortSignal },
  keep: (sent: Sent) => void,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const pending: Promise<void>[] = [];
  const began = performance.now();
  for (let number = 0; number < options.total && !options.signal.aborted; ) {
    const passed = (performance.now() - began) / 1000;
    const due = Math.min(options.total, Math.ceil(passed * options.perSecond));
    for (; number < due; number++) {
      const sent: Sent = { ...options.next(number), status: null, deliveryId: null };
      keep(sent);
      pending.push(post(agent, sent));
    }
    await sleep(1);
  }
  await Promise.all(pending);
  agent.destroy();
}

/** Sends one call and notes its answer; a broken or late one has none. */
function post(agent: Agent, sent: Sent): Promise<void> {
  return new Promise((resolve) => {
    const call = request(sent.url, { method: "POST", agent, headers, timeout: callLimitMs }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.once("end", () => {
        sent.status = answer.statusCode ?? null;
        sent.deliveryId = sent.status === 200 ? acceptedId(text) : null;
        resolve();
      });
      answer.once("error", () => resolve());
      answer.once("aborted", () => resolve());
    });
    call.once("timeout", () => call.destroy());
    call.once("error", () => resolve());
    call.once("close", () => resolve());
    call.end(sent.body);
  });
}

/** The delivery's id in an answer; null when there is none. */
function acceptedId(text: string): string | null {
  try {
    const answer: unknown = JSON.parse(text);
    const told = typeof answer === "object" && answer !== null && "delivery" in answer;
    return told ? String(answer.delivery) : null;
  } catch {
    return null;
  }
}
