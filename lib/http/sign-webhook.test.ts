import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { newSigningSecret } from "../secrets.ts";
import { signWebhook } from "./sign-webhook.ts";

test("signs as the specification's own example", () => {
  const at = new Date(1_614_265_330_000);
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const headers = signWebhook(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', at);
  expect(headers).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("what is signed is verified by the library that receivers use, and nothing else is", () => {
  const secret = newSigningSecret();
  const body = JSON.stringify({ type: "alert.opened", data: { title: "Malmö – “12”" } });
  const headers = signWebhook(secret, "an-id", body);
  expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  expect(() => new Webhook(secret).verify(body.replace("12", "13"), headers)).toThrow();
  expect(() => new Webhook(newSigningSecret()).verify(body, headers)).toThrow();
  expect(() => new Webhook(secret).verify(body, { ...headers, "webhook-id": "other" })).toThrow();
});
