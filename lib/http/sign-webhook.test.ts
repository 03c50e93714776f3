import { createPublicKey, verify } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { newSigningSecret } from "../secrets.ts";
import { publicKeyOf, signWebhook } from "./sign-webhook.ts";

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

/** Test 1 of RFC 8032, section 7.1. */
const seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
const publicPart = Buffer.from("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "hex");

test("a whsk_ key signs by ed25519, and its whpk_ key verifies", () => {
  const publicKey = `whpk_${publicPart.toString("base64")}`;
  const [short, long] = [seed, Buffer.concat([seed, publicPart])].map(
    (bytes) => `whsk_${bytes.toString("base64")}`,
  );
  expect(publicKeyOf(short ?? "")).toBe(publicKey);
  expect(publicKeyOf(long ?? "")).toBe(publicKey);

  const headers = signWebhook([short ?? "", newSigningSecret()], "an-id", '{"a":1}');
  const [asymmetric = "", symmetric = ""] = headers["webhook-signature"]?.split(" ") ?? [];
  expect(symmetric).toMatch(/^v1,/);
  const [version, signature = ""] = asymmetric.split(",");
  expect(version).toBe("v1a");
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: publicPart.toString("base64url") },
    format: "jwk",
  });
  const verifies = (body: string) =>
    verify(
      null,
      Buffer.from(`an-id.${headers["webhook-timestamp"]}.${body}`),
      key,
      Buffer.from(signature, "base64"),
    );
  expect(verifies('{"a":1}')).toBe(true);
  expect(verifies('{"a":2}')).toBe(false);
});
