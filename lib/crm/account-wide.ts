import { GiveUp, RetryLater } from "../errors.ts";
import type { ReasonCode } from "../reasons.ts";

const reasons: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "crm_rate_limited",
  "crm_timeout",
  "crm_unreachable",
  "crm_address_blocked",
  "crm_token_refused",
  "crm_secrets_locked",
  "crm_payment_required",
  "crm_forbidden",
  "crm_not_json",
]);

/**
 * Whether the next contact of the same account would meet this failure as well: the limit, the way there, the token, the
 * plan. Everything else is about one contact, or ours, and is no reason to leave the others alone.
 */
export const isAccountWide = (error: Error): boolean =>
  (error instanceof RetryLater || error instanceof GiveUp) && reasons.has(error.reason);
