import { exampleFormats, exampleValues } from "./example-values.ts";
import type { Json } from "./openapi-parts.ts";

type Schema = {
  type?: string | readonly string[];
  format?: string;
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
  prefixItems?: readonly Schema[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  propertyNames?: Schema;
  additionalProperties?: Schema | boolean;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
};

/**
 * An example of what a schema describes: values that read like the real ones where the name of a field tells what it
 * holds, else the plainest that fit. Optional fields are shown too.
 */
export const exampleOf = (schema: Json): unknown => example(schema as Schema, "");

function example(schema: Schema, name: string): unknown {
  const known = exampleValues[name];
  if (known !== undefined && fits(schema, known)) return known;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return example(choices[0] ?? {}, name);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => example(part, name)));
  return exampleOfType(schema, name);
}

function exampleOfType(schema: Schema, name: string): unknown {
  switch ([schema.type].flat()[0]) {
    case "object":
      return exampleObject(schema);
    case "array":
      return (
        schema.prefixItems?.map((item) => example(item, name)) ?? [
          example(schema.items ?? {}, singular(name)),
        ]
      );
    case "string":
      return exampleFormats[schema.format ?? ""] ?? "text".padEnd(schema.minLength ?? 0, "-");
    case "integer":
    case "number":
      return Math.max(
        schema.minimum ?? 0,
        Math.min(1, schema.maximum ?? 1),
        (schema.exclusiveMinimum ?? -1) + 1,
      );
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return {};
  }
}

function exampleObject({ properties = {}, propertyNames, additionalProperties }: Schema): unknown {
  const shown = Object.entries(properties).map(([name, property]) => [name, example(property, name)]);
  if (typeof additionalProperties === "object") {
    const names = propertyNames?.enum?.map(String) ?? ["name"];
    shown.push(...names.map((name) => [name, example(additionalProperties, "")]));
  }
  return Object.fromEntries(shown);
}

const singular = (name: string): string => (name.endsWith("s") ? name.slice(0, -1) : name);

/** Whether a value is of a schema's kind; the finer limits are the test's to find. */
function fits(schema: Schema, value: unknown): boolean {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.some((one) => fits(one, value));
  if (schema.enum) return schema.enum.includes(value);
  if (schema.const !== undefined) return schema.const === value;
  const types = [schema.type].flat();
  if (value === null) return types.includes("null");
  if (Array.isArray(value))
    return types.includes("array") && value.every((item) => fits(schema.items ?? {}, item));
  if (typeof value === "object") return types.includes("object") && isTextByName(schema);
  if (typeof value === "number") return types.includes("integer") || types.includes("number");
  const text = String(value);
  return (
    types.includes(typeof value) &&
    text.length <= (schema.maxLength ?? Infinity) &&
    hasFormat(text, schema.format)
  );
}

const isTextByName = ({ additionalProperties, propertyNames }: Schema): boolean =>
  typeof additionalProperties === "object" && additionalProperties.type === "string" && !propertyNames?.enum;

const hasFormat = (text: string, format: string | undefined): boolean =>
  format === undefined ||
  (format === "email" && text.includes("@")) ||
  (format === "uri" && text.includes("://"));
