import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import type { BodyRead } from "../door/envelope.ts";
import { closeDoor, type Door, openDoor } from "../door/open-door.ts";
import { receive } from "../door/receive.ts";
import { sha256 } from "../secrets.ts";
import { doorAnswers } from "./door-shapes.ts";
import { endpoints } from "./endpoints.ts";
import { openApi } from "./openapi.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let door: Door;
const key = "rck_0123456789abcdefghijklmnop";

beforeAll(async () => {
  database = await testDatabase();
  await makeConnection(database.db);
  const connectionId = "01990001-0000-7000-8000-000000000001";
  await makeAccessKey(database.db, { connectionId, hash: sha256(key), actions: ["add", "update"] });
  door = openDoor(database.db, mkdtempSync(path.join(tmpdir(), "rollcall-spool-")));
});
afterAll(async () => {
  await closeDoor(door);
  await database.close();
});

const document = JSON.parse(JSON.stringify(openApi("http://localhost:3000")));
type Parameter = { name: string; in: string; required: boolean };
const named = (parameters: Parameter[]) => parameters.map((one) => `${one.in} ${one.name}`);

test("the door's URL forms are described with their parameters, and need no sign-in", () => {
  for (const method of ["post", "get"]) {
    const own = document.paths["/hooks/{accessKey}/{action}"][method];
    expect(own.security).toEqual([]);
    expect(named(own.parameters)).toEqual([
      "path accessKey",
      "path action",
      "query contact_id",
      "query role",
      "query send_notification",
      "query wait",
    ]);
    const wpFusion = document.paths["/"][method];
    expect(named(wpFusion.parameters.filter((parameter: Parameter) => parameter.required))).toEqual([
      "query wpf_action",
      "query access_key",
    ]);
    expect(Object.keys(own.requestBody?.content ?? {})).toHaveLength(method === "post" ? 2 : 0);
    expect(Object.keys(own.responses)).toEqual(Object.keys(doorAnswers));
  }
  const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(Object.keys(endpoints).length + 4);
});

const whole = (text = ""): BodyRead => ({ bytes: Buffer.from(text), problem: null });
const add = `/hooks/${key}/add`;

test.each<[number, string, { method?: string; target: string; body?: BodyRead }]>([
  [200, "stored", { target: add, body: whole("contact[id]=7") }],
  [
    200,
    "stored from a URL of WP Fusion",
    { method: "GET", target: `/?wpf_action=add&access_key=${key}&contact_id=7` },
  ],
  [401, "an unknown key", { target: "/hooks/rck_unknown-key-0123456789abc/add" }],
  [403, "an action that the key lacks", { target: `/hooks/${key}/update_tags` }],
  [404, "a longer address", { target: `${add}/more` }],
  [405, "another method", { method: "PUT", target: add }],
  [408, "a broken body", { target: add, body: { bytes: null, problem: "broken" } }],
  [413, "a large body", { target: add, body: { bytes: null, problem: "too_large" } }],
  [422, "no contact", { target: add }],
])("the door's answer %i to %s is as described", async (status, _, { method = "POST", target, body }) => {
  const answer = await receive(door, {
    method,
    target,
    headers: [],
    contentType: "application/x-www-form-urlencoded",
    remoteAddress: "203.0.113.24",
    body: async () => body ?? whole(),
  });
  expect(answer.status).toBe(status);
  expect(doorAnswers[status as keyof typeof doorAnswers].strict().parse(answer.body)).toEqual(answer.body);
});
