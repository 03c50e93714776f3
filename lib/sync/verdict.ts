import type { MemberChanges } from "#db/schema/syncs.ts";
import { NotNow, RetryLater } from "../errors.ts";
import { nextDelaySeconds } from "./backoff.ts";
import type { TakenDelivery } from "./lease.ts";
import { stopReason } from "./timeline.ts";

type Seen = {
  memberId: string | null;
  changes?: MemberChanges;
  contact?: { id: string; email: string | null };
};

/** Where deliveries are left that need no reading of their contact. */
export type Left = { status: "filtered" | "held"; reason: string; detail: string | null };

/** How a run ended. A stopped run may have reached the member: then it says what changed before it stopped. */
export type RunResult =
  | ({ kind: "synced"; detail: string } & Seen)
  | ({ kind: "skipped"; reason: string; detail: string | null } & Seen)
  | { kind: "left"; left: Left; memberId?: null; changes?: undefined; contact?: undefined }
  | ({ kind: "stopped"; error: unknown } & Partial<Seen>);

export type Verdict = {
  status: string;
  reason: string | null;
  detail: string | null;
  hop: string;
  /** When it is tried again, by the database's clock, which all processes share; both null for never. */
  retryIn: number | null;
  retryAt: Date | null;
  /** The try was not used: the call that it needed was not made. */
  unused?: boolean;
};

const driftStates: Record<string, string> = { synced: "fixed", failed: "queued", dead: "failed" };
/** Nothing left to change is drift that something else put right; nothing to copy from stays wrong. */
export const driftState = ({ status, reason }: Verdict): string =>
  driftStates[status] ?? (reason === "no_change" ? "settled" : "failed");

/** What a stopped run means for one delivery: another try, or the end of them. Decided by the error's type. */
export function verdictOf(
  result: RunResult,
  delivery: Pick<TakenDelivery, "attempts" | "attemptsBefore">,
  lastHop: string,
): Verdict {
  const never = { retryIn: null, retryAt: null };
  if (result.kind === "synced")
    return { status: "synced", reason: null, detail: result.detail, hop: "sites", ...never };
  if (result.kind === "skipped") {
    const { reason, detail } = result;
    return { status: "skipped", reason, detail, hop: lastHop, ...never };
  }
  if (result.kind === "left") return { ...result.left, hop: "queue", ...never };
  const told = { ...stopReason(result.error), hop: lastHop };
  if (result.error instanceof NotNow)
    return { status: "failed", ...told, retryIn: null, retryAt: result.error.until, unused: true };
  const mayRetry = result.error instanceof RetryLater || told.reason === "internal";
  const retryIn = mayRetry
    ? nextDelaySeconds(
        delivery.attempts - delivery.attemptsBefore,
        result.error instanceof RetryLater ? result.error.retryAfterSeconds : null,
      )
    : null;
  return { status: retryIn === null ? "dead" : "failed", ...told, retryIn, retryAt: null };
}
