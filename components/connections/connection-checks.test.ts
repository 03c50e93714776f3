import { expect, it } from "vitest";
import { explain } from "#lib/reasons.ts";
import { detailOf, titleOf } from "../status/check-titles.ts";
import { connectionChecks } from "./connection-checks.ts";

const address = (reason: "crm_timeout" | "crm_unexpected") =>
  titleOf({ name: "address", status: "failed", reason }, connectionChecks);

it("tells an address that answers as something else from one that does not answer", () => {
  expect(address("crm_timeout")).toBe("Address does not answer");
  expect(address("crm_unexpected")).toBe("Answers, but not as ActiveCampaign");
  const said = explain("crm_unexpected", { crm: "ActiveCampaign", detail: "contacts: contacts" });
  expect(`${said?.sentence} ${said?.remedy}`).not.toContain("contacts");
  expect(detailOf({ detail: `${said?.sentence} ${said?.remedy}` })).toBe(
    "ActiveCampaign is not what answered at its address. Nothing was changed. Check the address on the connection: it is the URL under Settings › Developer in ActiveCampaign.",
  );
});
