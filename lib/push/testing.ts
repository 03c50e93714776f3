import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import { makeDestination } from "#db/factories.ts";
import type { destinations } from "#db/schema/destinations.ts";
import { env } from "../env.ts";
import { createOutbound, type Outbound } from "../http/outbound.ts";
import { seal } from "../secrets.ts";
import { startPushes } from "./run-pushes.ts";

/** One event as a receiver got it, whatever it answered. */
export type Told = { id: string; type: string; email: string; status: number };
type Answer = { status: number; headers?: Record<string, string> };

/** A receiver of events on a port of its own. `answer` decides by the event; a promise keeps the caller waiting. */
export type Receiver = {
  url: string;
  told: Told[];
  answer: (told: Omit<Told, "status">) => Answer | Promise<Answer>;
  /** Those that were answered with 2xx. */
  taken(): Told[];
  close(): void;
};

/** Starts a receiver that takes everything. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer(async (req, res) => {
    let body = "";
    for await (const chunk of req) body += chunk;
    const event = JSON.parse(body);
    const email = event.data.member?.email ?? "";
    const seen = { id: String(req.headers["webhook-id"]), type: event.type, email };
    const { status, headers } = await receiver.answer(seen);
    receiver.told.push({ ...seen, status });
    res.writeHead(status, headers).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    told: [],
    answer: () => ({ status: 200 }),
    taken: () => receiver.told.filter(({ status }) => status < 300),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return receiver;
}

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** An HTTP destination at this address; name what differs. */
export const makeSite = (
  db: Db,
  { url, settings, ...given }: Partial<typeof destinations.$inferInsert> & { url: string; number?: number },
) =>
  makeDestination(db, {
    ...given,
    settings: { url, ...settings },
    secrets: seal(env().ENCRYPTION_KEY, JSON.stringify({ secret })),
  });

/** Outgoing calls that may reach this machine. */
export const localFetch: Outbound["fetch"] = createOutbound({ allow: "127.0.0.0/8" }).fetch;

/** Runs pumps until the condition holds. */
export async function pumping(db: Db, until: () => boolean | Promise<boolean>): Promise<void> {
  const pushes = await startPushes(db, localFetch);
  try {
    while (!(await until())) await sleep(20);
  } finally {
    await pushes.stop();
  }
}
