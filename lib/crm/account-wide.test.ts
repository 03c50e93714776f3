import { expect, test } from "vitest";
import { GiveUp, NotNow, RetryLater } from "../errors.ts";
import { isAccountWide } from "./account-wide.ts";

test("tells what every contact of an account would meet from what one contact met", () => {
  for (const error of [
    new RetryLater("crm_rate_limited", { retryAfterSeconds: 30 }),
    new GiveUp("crm_token_refused"),
    new NotNow("crm_unreachable", new Date(), null),
  ])
    expect(isAccountWide(error)).toBe(true);
  for (const error of [
    new RetryLater("crm_server_error"),
    new GiveUp("crm_bad_request"),
    new GiveUp("contact_missing"),
    new Error("crm_rate_limited"),
  ])
    expect(isAccountWide(error)).toBe(false);
});
