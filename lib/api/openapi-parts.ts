import { z } from "zod";

/** A part of an OpenAPI document. */
export type Json = Record<string, unknown>;

/** The JSON Schema of what a caller sends or gets. */
export const schemaOf = (schema: z.ZodType, io: "input" | "output"): Json => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return json;
};

/** The parameters of an object schema, one by one. */
export function parametersOf(schema: z.ZodType | undefined, where: "path" | "query"): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input") as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: where === "path" || required.includes(name),
    ...(description ? { description } : {}),
    schema: property,
  }));
}

/** A body that is the same in each media type, with an example when it is given. */
export const content = (
  schema: Json,
  mediaTypes: readonly string[] = ["application/json"],
  example?: unknown,
): Json =>
  Object.fromEntries(
    mediaTypes.map((type) => [type, { schema, ...(example === undefined ? {} : { example }) }]),
  );
