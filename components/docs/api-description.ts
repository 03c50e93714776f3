import { queryOptions } from "@tanstack/react-query";
import { api } from "../query/api.ts";

/** The part of JSON Schema that the API's own description uses. */
export type Schema = {
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: readonly unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
  prefixItems?: readonly Schema[];
  anyOf?: readonly Schema[];
  additionalProperties?: Schema | boolean;
  default?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
};

type Content = { content?: { "application/json"?: { schema: Schema; example?: unknown } } };
type Parameter = {
  name: string;
  in: "path" | "query";
  required: boolean;
  description?: string;
  schema: Schema;
};

type RawOperation = {
  operationId: string;
  summary: string;
  description: string;
  security?: readonly unknown[];
  parameters: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
};

export type ApiDescription = {
  servers: { url: string }[];
  paths: Record<string, Record<string, RawOperation>>;
};

export type Operation = {
  id: string;
  method: string;
  path: string;
  summary: string;
  access: string;
  isPublic: boolean;
  parameters: Parameter[];
  body: Schema | null;
  /** A body to begin with. */
  example: unknown;
  answer: Schema | null;
  status: string;
};

/** The API's description, as every machine reads it. It changes with the version only. */
export const apiDescriptionQuery = () =>
  queryOptions({
    queryKey: ["openapi"],
    queryFn: ({ signal }) => api<ApiDescription>("/openapi.json", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

const schemaIn = (content: Content | undefined): Schema | null =>
  content?.content?.["application/json"]?.schema ?? null;

/** Every operation, by the first word of its path after the version; in the order of the description. */
export function groupsOf({ paths }: ApiDescription): { name: string; operations: Operation[] }[] {
  const groups = new Map<string, Operation[]>();
  for (const [path, methods] of Object.entries(paths)) {
    const name = path.replace(/^\/(api\/(v1\/)?)?/, "").split(/[/?]/)[0] || "hooks";
    const operations = Object.entries(methods).map(([method, raw]) => readOperation(path, method, raw));
    groups.set(name, [...(groups.get(name) ?? []), ...operations]);
  }
  return [...groups].map(([name, operations]) => ({ name, operations }));
}

function readOperation(path: string, method: string, raw: RawOperation): Operation {
  const status = Object.keys(raw.responses).find((code) => code.startsWith("2")) ?? "200";
  return {
    id: raw.operationId,
    method: method.toUpperCase(),
    path,
    summary: raw.summary,
    access: raw.description,
    isPublic: raw.security?.length === 0,
    parameters: raw.parameters,
    body: schemaIn(raw.requestBody),
    example: raw.requestBody?.content?.["application/json"]?.example,
    answer: schemaIn(raw.responses[status]),
    status,
  };
}

/** A call of the operation as a line for a terminal. */
export function curlOf(operation: Operation, server: string): string {
  const lines = [`curl "${server}${operation.path}"`];
  if (operation.method !== "GET") lines.push(`-X ${operation.method}`);
  if (!operation.isPublic) lines.push('-H "Authorization: Bearer $ROLLCALL_API_TOKEN"');
  if (operation.body) {
    const example = JSON.stringify(operation.example).replaceAll("'", "'\\''");
    lines.push('-H "Content-Type: application/json"', `-d '${example}'`);
  }
  return lines.join(" \\\n  ");
}

/** The type of a value in few words: "text", "list of text", "time or nothing". */
export function typeWords(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" · ");
  if (schema.anyOf) return schema.anyOf.map(typeWords).join(" or ");
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : schema.type;
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeWords).join(", ")}]`;
  if (type === "array") return schema.items ? `list of ${typeWords(schema.items)}` : "list";
  if (type === "object") return typeof schema.additionalProperties === "object" ? "object by name" : "object";
  if (type === "null") return "null";
  return [schema.format ?? type ?? "any", limitsOf(schema)].filter(Boolean).join(", ");
}

/** Whole numbers carry the limits of what JavaScript can count; they say nothing. */
const isTold = (limit: number | undefined): limit is number =>
  limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;

function limitsOf({ minimum, maximum, maxLength }: Schema): string {
  if (isTold(minimum) && isTold(maximum)) return `${minimum} to ${maximum}`;
  if (isTold(minimum)) return `${minimum} or more`;
  if (isTold(maximum)) return `${maximum} at most`;
  return isTold(maxLength) ? `up to ${maxLength} characters` : "";
}

/** The object inside a schema whose properties are worth showing: itself, its items, or the one that is not null. */
export function innerObject(schema: Schema): Schema | null {
  if (schema.properties) return schema;
  if (schema.items) return innerObject(schema.items);
  if (typeof schema.additionalProperties === "object") return innerObject(schema.additionalProperties);
  for (const one of schema.anyOf ?? []) {
    const inner = innerObject(one);
    if (inner) return inner;
  }
  return null;
}
