import { expect, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { aConnection } from "../../../console/testing.ts";
import { noteFailure } from "../../../queue/breaker.ts";
import { breakerKeys } from "../../../sync/guarded-client.ts";
import { readBreaker } from "./breaker.ts";

test("calls that rest for one connection’s API key are told with that connection’s name and page", async () => {
  const { db, close } = await testDatabase();
  const id = await aConnection(db, { name: "Oakline" });
  await aConnection(db, { name: "The same account" });
  const [, token] = breakerKeys({ id, kind: "activecampaign", baseUrl: "https://test.api-us1.com" });
  await noteFailure(db, token, { reason: "crm_secrets_locked", detail: null, probe: true, atOnce: true });
  expect(await readBreaker(db)).toMatchObject([
    {
      connectionId: id,
      text: {
        title: expect.stringMatching(/^Calls to ActiveCampaign for Oakline rest\. .+cannot be opened/),
        path: `/connections/${id}`,
      },
    },
  ]);
  await close();
});
