import { scopesOf } from "../auth/scopes.ts";
import { apiError } from "./common-shapes.ts";
import { doorPaths } from "./door-operations.ts";
import type { Endpoint } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { exampleOf } from "./example.ts";
import { exampleBodies } from "./example-values.ts";
import { content, type Json, parametersOf, schemaOf } from "./openapi-parts.ts";

const failure = { $ref: "#/components/responses/Failure" };

const withExample = (schema: Json, example = exampleOf(schema), mediaTypes?: readonly string[]): Json =>
  content(schema, mediaTypes, example);

function accessWords(endpoint: Endpoint): string {
  if (endpoint.access === "public") return "Needs no sign-in.";
  return `Needs the role ${endpoint.access} or more, or an API token with the scope ${scopesOf(endpoint).join(" or ")}.`;
}

function operation(name: string, endpoint: Endpoint): Json {
  const { query, params, body, access, summary } = endpoint;
  const status = endpoint.status ?? 200;
  return {
    operationId: name,
    summary,
    description: accessWords(endpoint),
    ...(access === "public" ? { security: [] } : {}),
    parameters: [...parametersOf(params, "path"), ...parametersOf(query, "query")],
    ...(body
      ? {
          requestBody: {
            required: true,
            content: withExample(schemaOf(body, "input"), exampleBodies[name]),
          },
        }
      : {}),
    responses: {
      [status]: {
        description: "Done",
        content: withExample(schemaOf(endpoint.answer, "output"), undefined, endpoint.mediaTypes),
      },
      ...(endpoint.tagged ? { 304: { description: "As If-None-Match names it" } } : {}),
      "4XX": failure,
      "5XX": failure,
    },
  };
}

/** The OpenAPI 3.1 description of the API, made from the schemas that the routes validate with, and of the door. */
export function openApi(origin: string): Json {
  const paths: Record<string, Json> = {};
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: operation(name, endpoint),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Rollcall",
      version: "1",
      description: "What a site and its scripts can ask of Rollcall, and what a CRM can send it.",
    },
    servers: [{ url: origin }],
    security: [{ token: [] }, { session: [] }],
    paths: { ...paths, ...doorPaths },
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token" },
        session: { type: "apiKey", in: "cookie", name: "rollcall.session", description: "A console session" },
      },
      responses: {
        Failure: {
          description: "What is wrong, and what to do",
          content: content(schemaOf(apiError, "output"), undefined, {
            error: { code: "not_found", message: "No member has this e-mail address." },
          }),
        },
      },
    },
  };
}
