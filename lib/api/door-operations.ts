import type { z } from "zod";
import { doorAnswers, doorBody, doorParameters, rollcallAddress, wpFusionAddress } from "./door-shapes.ts";
import { content, type Json, parametersOf, schemaOf } from "./openapi-parts.ts";

type Form = {
  name: string;
  path: string;
  summary: string;
  params?: z.ZodType;
  query: z.ZodType;
};

/** The URL forms that the door answers. It reads them itself, so they describe it and validate nothing. */
const forms: Form[] = [
  {
    name: "Webhook",
    path: "/hooks/{accessKey}/{action}",
    summary: "A CRM’s webhook",
    params: rollcallAddress,
    query: doorParameters,
  },
  {
    name: "WpFusionWebhook",
    path: "/",
    summary: "A CRM’s webhook with the URL of WP Fusion, under any path",
    query: wpFusionAddress,
  },
];

const responses = Object.fromEntries(
  Object.entries(doorAnswers).map(([status, answer]) => {
    const { description, ...schema } = schemaOf(answer, "output");
    return [status, { description, content: content(schema) }];
  }),
);

function operation({ name, summary, params, query }: Form, method: "post" | "get"): Json {
  const form = schemaOf(doorBody, "input");
  const body = {
    required: false,
    content: content(form, ["application/x-www-form-urlencoded", "application/json"]),
  };
  return {
    operationId: `${method}${name}`,
    summary: method === "post" ? summary : `${summary}, with the contact in the URL`,
    description: "Needs no sign-in: the access key in the URL decides.",
    security: [],
    parameters: [...parametersOf(params, "path"), ...parametersOf(query, "query")],
    ...(method === "post" ? { requestBody: body } : {}),
    responses,
  };
}

/** The door's place in the OpenAPI description. */
export const doorPaths: Record<string, Json> = Object.fromEntries(
  forms.map((form) => [form.path, { post: operation(form, "post"), get: operation(form, "get") }]),
);
