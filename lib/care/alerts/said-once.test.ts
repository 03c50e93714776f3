import { expect, it } from "vitest";
import { reasons } from "../../reasons.ts";
import { saidOnce } from "./said-once.ts";

it("leaves out of every remedy what the alert says already, and keeps what a person can do", () => {
  for (const { hop, remedy } of Object.values(reasons))
    if (hop === "crm" || hop === "sites")
      expect(saidOnce(remedy)).not.toMatch(/tries again by itself|then goes on|goes on by itself/);
  expect(saidOnce(reasons.site_failed.remedy)).toBe(
    "The site’s own error log names the plug-in or theme that failed.",
  );
  expect(saidOnce(reasons.crm_unreachable.remedy)).toBe("Check the address on the connection.");
  expect(saidOnce(reasons.site_refused_call.remedy)).toBe(reasons.site_refused_call.remedy);
});
