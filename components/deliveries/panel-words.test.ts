import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asCurl } from "./panel-words.ts";

const request = {
  method: "POST",
  path: "/",
  query: "wpf_action=update&access_key=hidden",
  headers: [
    ["host", "rollcall.example"],
    ["content-type", "application/x-www-form-urlencoded"],
    ["cookie", "hidden"],
  ] as [string, string][],
  body: "contact%5Bid%5D=51877",
  bodyBase64: null,
  bodyBytes: 21,
  pairs: [] as [string, string][],
};

describe("a request as curl", () => {
  it("keeps the key hidden, and leaves out what curl makes itself", () => {
    expect(asCurl(request, "https://hooks.example")).toBe(
      "curl -X POST 'https://hooks.example/?wpf_action=update&access_key=hidden' \\\n" +
        "  -H 'content-type: application/x-www-form-urlencoded' \\\n" +
        "  --data-raw 'contact%5Bid%5D=51877'",
    );
  });

  it("quotes any body so that the shell hands it on unchanged", () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => text !== "" && !text.includes("\0")),
        (body) => {
          const quoted = asCurl({ ...request, body }, "")
            .split("--data-raw ")
            .slice(1)
            .join("--data-raw ");
          expect(execFileSync("/bin/sh", ["-c", `printf %s ${quoted}`], { encoding: "utf8" })).toBe(body);
        },
      ),
      { numRuns: 25 },
    );
  });
});
