import { afterAll, beforeAll, expect, test } from "vitest";
import { makeDestination, makeMember } from "#db/factories.ts";
import { GET as getMetrics } from "../../../../app/metrics/route.ts";
import { type TestApi, testApi } from "../../../http/testing.ts";
import { acquireSiteCall } from "../../../push/open-destination.ts";
import { resumeDestination, stopDestination } from "../../../push/states.ts";
import { wantPushes } from "../../../push/want.ts";
import { noteFailure } from "../../../queue/breaker.ts";
import { readers } from "../readers.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const settings = { url: "https://forum.example/hook" };
const titles = async () => {
  const found = [await readers.breaker?.(api.db), await readers.site_stopped?.(api.db)].flat();
  return found.map((one) => [one?.key.split(":")[0], one?.text.title]);
};

test("a site that rests and a destination that stopped are told by name, and counted for Prometheus", async () => {
  const site = await makeDestination(api.db, { name: "Forum", settings, secrets: Buffer.from("") });
  const member = await makeMember(api.db);
  await wantPushes(api.db.$client, [{ memberId: member.id, syncId: null, priority: "update" }]);
  expect(await titles()).toEqual([]);
  const failure = { reason: "site_failed", detail: "HTTP 500", probe: false, atOnce: true };
  await noteFailure(api.db, `site:${site.id}`, failure);
  expect(await titles()).toEqual([
    ["breaker", "Pushes to Forum rest. Stopped at Sites: forum.example failed while it worked (HTTP 500)."],
  ]);
  await stopDestination(api.db, site.id, { reason: "site_gone", detail: "HTTP 410" });
  expect(await titles()).toEqual([
    [
      "site_stopped",
      "Nothing is sent to Forum. Stopped at Sites: forum.example says it wants no more calls (HTTP 410).",
    ],
  ]);
  const [stopped] = (await readers.site_stopped?.(api.db)) ?? [];
  expect(stopped?.text).toMatchObject({ path: `/destinations/${site.id}` });
  expect(stopped?.text.safe).toContain("1 member waits for it");

  await acquireSiteCall(api.db, site);
  const { body } = await api.call("GET", getMetrics, { as: "viewer" });
  const labels = `destination="${site.id}",name="Forum"`;
  // A call that missed its slot, as on a busy machine, takes another.
  expect(body).toMatch(new RegExp(`^rollcall_site_calls_total{${labels}} [1-9]`, "m"));
  expect(body).toContain(`rollcall_push_backlog{${labels},state="due"} 1`);
  expect(body).toContain(`rollcall_destination_stopped{${labels}} 1`);
  expect(body).not.toContain('rollcall_crm_calls_total{account="site');
  await resumeDestination(api.db, site.id, "ada@example.com");
  expect(await titles()).toEqual([]);
});
