import { expect, test } from "vitest";
import { pageHeaders } from "./page-headers.ts";

const directives = (policy: string) =>
  Object.fromEntries(
    policy.split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources];
    }),
  );

test("a page runs its own scripts alone, and is framed by nobody", () => {
  const headers = pageHeaders("abc", false);
  expect(directives(headers["content-security-policy"])).toMatchObject({
    "default-src": ["'self'"],
    "script-src": ["'self'", "'nonce-abc'", "'strict-dynamic'"],
    "connect-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
  });
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
  });
});

test("only development may evaluate code", () => {
  expect(pageHeaders("abc", false)["content-security-policy"]).not.toContain("unsafe-eval");
  expect(pageHeaders("abc", true)["content-security-policy"]).toContain("unsafe-eval");
});
