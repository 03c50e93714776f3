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

/** How it is written: the body in base64, so that a row is JSON. */
export type WrittenDelivery = Omit<NewDelivery, "body"> & { body: string };

/** When one group of deliveries was safe, and when its last answer had gone out. */
export type CommitTimes = { id: string; deliveries: number; committedAt: number; answeredAt: number };

export const written = ({ body, ...delivery }: NewDelivery): WrittenDelivery => ({
  ...delivery,
  body: body.toString("base64"),
});

/** Milliseconds since 1970 with fractions, steady within a process. */
export const now = (): number => performance.timeOrigin + performance.now();
