import { afterAll, beforeAll, expect, test } from "vitest";
import { makeDestination, makeMember } from "#db/factories.ts";
import { pushes, pushTargets } from "#db/schema/destinations.ts";
import { GET as getMetrics } from "../../../../app/metrics/route.ts";
import { type TestApi, testApi } from "../../../http/testing.ts";
import { uuidv7 } from "../../../ids.ts";
import { readers } from "../readers.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

let number = 0;
/** A push that ended in a state which waits for a person. */
async function aPush(
  destinationId: string,
  state: "dead" | "refused",
  given: { reason: string; detail: string; now?: "idle" },
) {
  const { now, ...why } = given;
  number += 1;
  const [member, at] = [await makeMember(api.db, { number }), new Date()];
  const target = { destinationId, memberId: member.id };
  await api.db
    .insert(pushTargets)
    .values({ ...target, ...why, state: now ?? state, priority: 1, dueAt: at, wantedAt: at });
  const ended = { syncIds: [], attempt: 1, startedAt: at, ms: 1, changes: [] };
  await api.db.insert(pushes).values({ ...target, ...ended, ...why, id: uuidv7(), status: state });
}

test("pushes that gave up or were refused are told by destination and cause, without saying of whom", async () => {
  const settings = { url: "https://forum.example/hook" };
  const { id } = await makeDestination(api.db, { name: "Forum", settings, secrets: Buffer.from("") });
  await aPush(id, "dead", { reason: "site_failed", detail: "HTTP 500" });
  await aPush(id, "dead", { reason: "site_failed", detail: "HTTP 500" });
  await aPush(id, "dead", { reason: "site_timeout", detail: "mended", now: "idle" });
  await aPush(id, "refused", { reason: "site_email_taken", detail: "ada@example.com" });
  const found = (await readers.gave_up?.(api.db)) ?? [];
  expect(found.map(({ key, text }) => [key, text.title])).toEqual([
    [
      `gave_up:site_failed:${id}`,
      "Stopped at Sites: forum.example failed while it worked (HTTP 500). 2 members are not right on Forum.",
    ],
    [
      `gave_up:site_email_taken:${id}`,
      "Stopped at Sites: on forum.example another user has the e-mail address …. 1 member is not right on Forum.",
    ],
  ]);
  for (const { text } of found) expect(text.path).toBe(`/destinations/${id}`);

  const { body, status } = await api.call("GET", getMetrics, { as: "viewer" });
  expect([status, body]).toEqual([200, body]);
  const labels = `destination="${id}",name="Forum"`;
  expect(body).toContain(`rollcall_pushes_last_day{${labels},result="dead"} 3`);
  expect(body).toContain(`rollcall_pushes_last_day{${labels},result="refused"} 1`);
  expect(body).toContain(`rollcall_pushes_last_day{${labels},result="done"} 0`);
  expect(body).toContain(`rollcall_destination_breaker_open{${labels}} 0`);
});
