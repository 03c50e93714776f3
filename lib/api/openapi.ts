import { apiError } from "./common-shapes.ts";
import { doorPaths } from "./door-operations.ts";
import type { Endpoint } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { content, type Json, parametersOf, schemaOf } from "./openapi-parts.ts";

const failure = { $ref: "#/components/responses/Failure" };

function operation(name: string, endpoint: Endpoint): Json {
  const { query, params, body, access, summary } = endpoint;
  const status = endpoint.status ?? 200;
  return {
    operationId: name,
    summary,
    description: access === "public" ? "Needs no sign-in." : `Needs the role ${access} or more.`,
    ...(access === "public" ? { security: [] } : {}),
    parameters: [...parametersOf(params, "path"), ...parametersOf(query, "query")],
    ...(body ? { requestBody: { required: true, content: content(schemaOf(body, "input")) } } : {}),
    responses: {
      [status]: {
        description: "Done",
        content: content(schemaOf(endpoint.answer, "output"), endpoint.mediaType),
      },
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
          content: content(schemaOf(apiError, "output")),
        },
      },
    },
  };
}
