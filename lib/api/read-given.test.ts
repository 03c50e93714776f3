import { expect, test } from "vitest";
import { z } from "zod";
import { destinationKinds } from "../destinations/registry.ts";
import { AppError } from "../errors.ts";
import type { Endpoint } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { openApi } from "./openapi.ts";
import { readGiven } from "./read-given.ts";

type Detail = { path: string; message: string };

function complaints(schema: z.ZodType, given: unknown): Detail[] {
  try {
    readGiven(schema, given);
    return [];
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid") return error.details as Detail[];
    throw error;
  }
}

const document = JSON.parse(JSON.stringify(openApi("http://localhost:3000")));
const wrong = [
  undefined,
  null,
  true,
  0.5,
  -1,
  1e15,
  "",
  "not it",
  "x".repeat(70_000),
  [],
  [null],
  [{}],
  {},
  { zz: {} },
];

/** The value with each of its parts, at any depth, replaced by each of what is wrong, and one part too many. */
function* spoilt(value: unknown): Generator<unknown> {
  yield* wrong;
  if (Array.isArray(value)) {
    for (const one of value.slice(0, 1)) for (const other of spoilt(one)) yield [other];
    yield Array.from({ length: 5_000 }, () => value[0]);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value))
      for (const other of spoilt(inner)) yield { ...value, [name]: other };
    yield { ...value, unheardOf: 1 };
  }
}

/** How zod's own sentences begin, and the words of ours for what we have no words for. */
const notOurs = /^Invalid|^Too (big|small)|^Unrecognized|openapi\.json shows|expected|received/;

const read = Object.entries<Endpoint>(endpoints).flatMap(([name, endpoint]) => {
  const described = document.paths[endpoint.path][endpoint.method.toLowerCase()];
  const content = described.requestBody?.content ?? {};
  const example = Object.values<{ example: unknown }>(content)[0]?.example ?? {};
  const query = endpoint.query instanceof z.ZodObject ? Object.keys(endpoint.query.shape) : [];
  return [
    ...(endpoint.body ? [[`the body of ${name}`, endpoint.body, example] as const] : []),
    ...(endpoint.query
      ? [
          [
            `the query of ${name}`,
            endpoint.query,
            Object.fromEntries(query.map((key) => [key, "1"])),
          ] as const,
        ]
      : []),
  ];
});
const settings = Object.entries(destinationKinds).flatMap(([name, kind]) =>
  [kind.settings, kind.secrets].map(
    (schema) =>
      [
        `the settings of ${name}`,
        schema,
        Object.fromEntries(Object.keys(schema.shape).map((key) => [key, "1"])),
      ] as const,
  ),
);

test.each([...read, ...settings])("%s says in plain words what is wrong with it", (_, schema, example) => {
  const said = [...spoilt(example)].flatMap((given) => complaints(schema, given));
  expect(said.length).toBeGreaterThan(0);
  expect([
    ...new Set(
      said.filter(({ message }) => notOurs.test(message)).map((one) => `${one.path}: ${one.message}`),
    ),
  ]).toEqual([]);
});

test("the field is named with what it must be, in the words of its schema where that has some", () => {
  const schema = z.object({
    hours: z.number().int().max(720),
    kind: z.enum(["flood", "spool"]),
    to: z.array(z.email("Enter an e-mail address")).min(1),
    at: z.iso.datetime({ offset: true }),
    days: z.partialRecord(z.enum(["runs", "audit"]), z.number().nullable()),
    fields: z.record(z.string().max(3), z.string()),
    wait: z.union([z.number(), z.string().max(3)]),
    more: z.strictObject({}).optional(),
    either: z.union([z.object({ id: z.uuid() }), z.null()]),
  });
  const given = {
    hours: 0.5,
    kind: "fire",
    to: ["nobody"],
    at: "today",
    days: { bodies: 3 },
    fields: { colour: "red" },
    wait: true,
    more: { a: 1, b: 2 },
    either: { id: "7" },
  };
  expect(complaints(schema, given)).toEqual([
    { path: "hours", message: "This must be a whole number." },
    { path: "kind", message: "This must be one of “flood” or “spool”." },
    { path: "to.0", message: "Enter an e-mail address" },
    { path: "at", message: "This must be a moment such as 2026-03-01T12:00:00Z." },
    { path: "days", message: "This takes no “bodies”." },
    { path: "fields.colour", message: "Its name must have at most 3 characters." },
    { path: "wait", message: "This must be a number or be text." },
    { path: "more", message: "This takes no “a” and “b”." },
    { path: "either.id", message: "This must be an id (a UUID)." },
  ]);
  expect(complaints(schema.pick({ hours: true, to: true }), { to: [] })).toEqual([
    { path: "hours", message: "This is missing: it must be a number." },
    { path: "to", message: "This must not be empty." },
  ]);
  expect(
    complaints(z.object({ a: z.string().min(3).max(5), b: z.string().max(5) }), { a: "x", b: "xxxxxx" }),
  ).toEqual([
    { path: "a", message: "This must have at least 3 characters." },
    { path: "b", message: "This must have at most 5 characters." },
  ]);
});

test("the sentence of the answer begins with the field, below what it is a part of", () => {
  const read = () => readGiven(z.object({ url: z.url() }), { url: "nowhere" }, "settings");
  expect(read).toThrow("settings.url: This must be a full address that begins with https://.");
});
