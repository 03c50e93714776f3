import { globSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { Endpoint } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { openApi } from "./openapi.ts";

const root = path.resolve(import.meta.dirname, "../..");
const document = JSON.parse(JSON.stringify(openApi("http://localhost:3000")));
const methods = ["GET", "POST", "PATCH", "DELETE", "PUT"];

test("every route file of the API is listed, and every listed operation has its route", async () => {
  const files = globSync("app/{metrics,api/{v1/**,setup,set-password,invite,health}}/route.ts", {
    cwd: root,
  });
  const served: string[] = [];
  for (const file of files) {
    const exported: Record<string, unknown> = await import(pathToFileURL(path.join(root, file)).href);
    const place = `/${path.dirname(file).slice("app/".length)}`.replaceAll("[", "{").replaceAll("]", "}");
    served.push(...methods.filter((method) => method in exported).map((method) => `${method} ${place}`));
  }
  const listed = Object.values<Endpoint>(endpoints).map((endpoint) => `${endpoint.method} ${endpoint.path}`);
  expect(served.sort()).toEqual(listed.sort());
});

test.each(Object.entries<Endpoint>(endpoints))(
  "the examples of %s are what its schemas take",
  (_, endpoint) => {
    const described = document.paths[endpoint.path][endpoint.method.toLowerCase()];
    const bodies = [
      { schema: endpoint.body, content: described.requestBody?.content },
      { schema: endpoint.answer, content: described.responses[endpoint.status ?? 200].content },
    ];
    for (const { schema, content } of bodies) {
      if (!schema) continue;
      const example = Object.values<{ example: unknown }>(content)[0]?.example;
      const read = schema.safeParse(example);
      expect(read.error?.issues ?? [], JSON.stringify(example)).toEqual([]);
      expect(example).not.toBe(undefined);
    }
  },
);

test("OpenAPI describes every operation with its parameters, body and answer", () => {
  expect(document.openapi).toBe("3.1.0");
  const get = document.paths["/api/v1/deliveries"].get;
  expect(get.parameters.map((parameter: { name: string }) => parameter.name)).toContain("status");
  const detail = document.paths["/api/v1/deliveries/{id}"].get;
  expect(detail.parameters[0]).toMatchObject({ name: "id", in: "path", required: true });
  expect(detail.responses["200"].content["application/json"].schema.properties.steps.type).toBe("array");
  expect(
    document.paths["/api/v1/access-keys"].post.requestBody.content["application/json"].schema.required,
  ).toEqual(["connectionId", "name"]);
});

test("what is not JSON is described as what it is: the file of deliveries, the metrics", () => {
  const types = (place: string) => Object.keys(document.paths[place].get.responses["200"].content);
  expect(types("/api/v1/deliveries/export")).toEqual(["text/csv", "application/x-ndjson"]);
  expect(types("/metrics")).toEqual(["text/plain"]);
  expect(types("/api/v1/deliveries")).toEqual(["application/json"]);
});
