import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openApi } from "#lib/api/openapi.ts";
import { program, root } from "./program.mjs";

/**
 * Writes docs/client/rollcall-client.ts, the typed client of what a site asks, from the OpenAPI description.
 * `--check` writes nothing and fails when the file is not what it would be.
 */
const file = path.join(root, "docs/client/rollcall-client.ts");
const forSites = /^\/api\/v1\/(members|contacts|sign-in-links)(\/|$)/;

const isNamed = (schema) => /^[A-Z]\w*$/.test(schema.title ?? "");
const quoted = (name) => (/^[a-z]\w*$/i.test(name) ? name : JSON.stringify(name));

/** The TypeScript type of a JSON Schema; one with a title is collected under it, and named. */
function typeOf(schema, named) {
  if (isNamed(schema)) {
    if (!named.has(schema.title)) {
      named.set(schema.title, "");
      named.set(schema.title, typeOf({ ...schema, title: undefined }, named));
    }
    return schema.title;
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map((one) => typeOf(one, named)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  return [schema.type]
    .flat()
    .map((type) => typeOfKind(type, schema, named))
    .join(" | ");
}

function typeOfKind(type, schema, named) {
  if (type === "integer" || type === "number") return "number";
  if (type === "string" || type === "boolean" || type === "null") return type;
  if (type === "array") {
    const items = typeOf(schema.items ?? {}, named);
    return schema.prefixItems
      ? `[${schema.prefixItems.map((item) => typeOf(item, named)).join(", ")}]`
      : `${/[|]/.test(items) ? `(${items})` : items}[]`;
  }
  if (type !== "object") return "unknown";
  const fields = fieldsOf(schema, named);
  if (fields !== "") return `{ ${fields} }`;
  const values = schema.additionalProperties;
  return `Record<string, ${typeof values === "object" ? typeOf(values, named) : "unknown"}>`;
}

const fieldsOf = ({ properties = {}, required = [] }, named) =>
  Object.entries(properties)
    .map(([name, property]) => {
      const note = property.description ? `/** ${property.description} */\n` : "";
      return `${note}${quoted(name)}${required.includes(name) ? "" : "?"}: ${typeOf(property, named)};`;
    })
    .join("\n");

function methodOf(place, method, operation, named) {
  const { parameters, requestBody, responses, operationId, summary, description } = operation;
  const given = parameters.map(
    ({ name, required, schema }) => `${quoted(name)}${required ? "" : "?"}: ${typeOf(schema, named)};`,
  );
  const body = requestBody?.content["application/json"].schema;
  if (body) given.push(fieldsOf(body, named));
  const answer = responses[Object.keys(responses).find((status) => status.startsWith("2"))];
  const names = (where) =>
    JSON.stringify(parameters.filter((one) => one.in === where).map(({ name }) => name));
  const isOptional = given.join("").search(/\w: /) === -1;
  return `
    /** ${summary}. ${description} */
    ${operationId}: (given: { ${given.join("\n")} }${isOptional ? " = {}" : ""}): Promise<${typeOf(answer.content["application/json"].schema, named)}> =>
      call(options, "${method.toUpperCase()}", "${place}", ${names("query")}, given),`;
}

const head = `/**
 * A client of Rollcall's API for sites. Made from the API's OpenAPI description; do not edit, run
 * \`npm run client:generate\`. One file without dependencies, for Node 18 and later: copy it.
 */

export type RollcallOptions = {
  /** Where Rollcall is, such as https://rollcall.example.com. */
  url: string;
  /** An API token. */
  token: string;
  /** How long a call may take; 10 seconds when absent. */
  timeoutMs?: number;
};

/** What Rollcall refused, with the HTTP status and the code and message of its answer. */
export class RollcallError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  constructor(status: number, error: { code?: string; message?: string; details?: unknown }) {
    super(error.message ?? \`Rollcall answered \${status}.\`);
    this.name = "RollcallError";
    this.status = status;
    this.code = error.code ?? "unreadable";
    this.details = error.details;
  }
}

async function call<Answer>(
  { url, token, timeoutMs = 10_000 }: RollcallOptions,
  method: string,
  path: string,
  queryNames: readonly string[],
  given: Record<string, unknown>,
): Promise<Answer> {
  const rest = { ...given };
  const take = (name: string): string | undefined => {
    const value = rest[name];
    delete rest[name];
    return value === undefined ? undefined : String(value);
  };
  const place = path.replace(/\\{(\\w+)\\}/g, (_, name: string) => encodeURIComponent(take(name) ?? ""));
  const target = new URL(url.replace(/\\/+$/, "") + place);
  for (const name of queryNames) {
    const value = take(name);
    if (value !== undefined) target.searchParams.set(name, value);
  }
  const answer = await fetch(target, {
    method,
    headers: { authorization: \`Bearer \${token}\`, "content-type": "application/json" },
    body: method === "GET" ? undefined : JSON.stringify(rest),
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new RollcallError(answer.status, json.error ?? {});
  return json;
}
`;

/** The client's source, not yet formatted. */
function clientOf({ paths }) {
  const named = new Map();
  const methods = Object.entries(paths)
    .filter(([place]) => forSites.test(place))
    .flatMap(([place, operations]) =>
      Object.entries(operations).map(([method, operation]) => methodOf(place, method, operation, named)),
    );
  const types = [...named].map(([name, type]) => `export type ${name} = ${type};`).join("\n\n");
  return `${head}
${types}

/** The calls that a site makes. Each throws RollcallError, or what fetch throws when Rollcall cannot be reached. */
export const rollcall = (options: RollcallOptions) => ({${methods.join("\n")}
});
`;
}

const [biome, ...args] = program("biome", ["format", `--stdin-file-path=${file}`]);
const source = clientOf(JSON.parse(JSON.stringify(openApi(""))));
const formatted = execFileSync(biome, args, { cwd: root, input: source, encoding: "utf8" });
if (!process.argv.includes("--check")) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, formatted);
} else if (!existsSync(file) || readFileSync(file, "utf8") !== formatted) {
  console.log("docs/client/rollcall-client.ts is not what the API is. Run npm run client:generate.");
  process.exitCode = 1;
}
