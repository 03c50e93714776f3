import { isAscii } from "node:buffer";
import type { DeliveryParams } from "#db/schema/deliveries.ts";
import type { ReasonCode } from "../reasons.ts";
import type { Trigger } from "../words.ts";

/** A delivery on its way into the database. Times are milliseconds since 1970, with fractions. */
export type NewDelivery = {
  id: string;
  receivedAt: number;
  readMs: number;
  keyMs: number;
  connectionId: string | null;
  keyId: string | null;
  dialect: string;
  action: string;
  trigger: Trigger;
  contactId: string | null;
  email: string | null;
  name: string | null;
  event: string | null;
  listId: string | null;
  source: string | null;
  verdict: "accepted" | "rejected" | "unreadable";
  reason: ReasonCode | null;
  detail: string | null;
  params: DeliveryParams;
  remoteAddress: string;
  method: string;
  path: string;
  query: string;
  headers: [string, string][];
  body: Buffer;
};

/** How it is written as JSON: a body that is plain ASCII as it is, which most are, any other in base64. */
export type WrittenDelivery = Omit<NewDelivery, "body"> & { body: string; inBase64: boolean };

/** When one group of deliveries was safe, and when its last answer had gone out. */
export type CommitTimes = { id: string; deliveries: number; committedAt: number; answeredAt: number };

export function written({ body, ...delivery }: NewDelivery): WrittenDelivery {
  const inBase64 = !isAscii(body) || body.includes(0);
  return { ...delivery, inBase64, body: body.toString(inBase64 ? "base64" : "latin1") };
}

/** Milliseconds since 1970 with fractions, steady within a process. */
export const now = (): number => performance.timeOrigin + performance.now();
