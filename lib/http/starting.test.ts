import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerStarting } from "./starting.ts";

const server = createServer(answerStarting);
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  server.close();
});
const ask = (accept: string) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`, { headers: { accept } });

test("a browser is told that Rollcall starts, on a page that asks again by itself", async () => {
  const answer = await ask("text/html,application/xhtml+xml");
  expect(answer.status).toBe(503);
  expect(answer.headers.get("refresh")).toBe("2");
  expect(answer.headers.get("content-type")).toContain("text/html");
  expect(await answer.text()).toContain("Rollcall is starting");
});

test("a program is told so in JSON, with when to ask again", async () => {
  const answer = await ask("application/json");
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("2");
  expect(await answer.json()).toEqual({ status: "starting" });
});
