import type { ReasonCode } from "./reasons.ts";

/** What a caller did wrong, or may not do; the one wrapper in lib/http turns the code into an HTTP status. */
export type ErrorCode =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "too_large"
  | "too_many"
  | "unavailable";

/** An answer for the caller: the message says what to do, `details` is JSON-ready. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;
  constructor(code: ErrorCode, message: string, details?: unknown) {
    super(message);
    this.name = "AppError";
    this.code = code;
    this.details = details;
  }
}

type StopOptions = { detail?: string | null; retryAfterSeconds?: number; cause?: unknown };

/** A run stopped for a reason that may pass by itself; it is tried again, not before `retryAfterSeconds`. */
export class RetryLater extends Error {
  readonly reason: ReasonCode;
  readonly detail: string | null;
  readonly retryAfterSeconds: number | null;
  constructor(reason: ReasonCode, options: StopOptions = {}) {
    super(reason, { cause: options.cause });
    this.name = "RetryLater";
    this.reason = reason;
    this.detail = options.detail ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

/** A run stopped for a reason that only a person can mend; trying again by itself would change nothing. */
export class GiveUp extends Error {
  readonly reason: ReasonCode;
  readonly detail: string | null;
  constructor(reason: ReasonCode, options: StopOptions = {}) {
    super(reason, { cause: options.cause });
    this.name = "GiveUp";
    this.reason = reason;
    this.detail = options.detail ?? null;
  }
}

/** A call was not made, because what it calls is known to be away until `until` at least. It costs no try. */
export class NotNow extends RetryLater {
  readonly until: Date;
  constructor(reason: ReasonCode, until: Date, detail: string | null) {
    super(reason, { detail });
    this.name = "NotNow";
    this.until = until;
  }
}
