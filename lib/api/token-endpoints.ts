import { endpoint, withId } from "./endpoint.ts";
import * as tokens from "./token-shapes.ts";

/** API tokens, which only an owner sees and makes. */
export const tokenEndpoints = {
  listApiTokens: endpoint({
    method: "GET",
    path: "/api/v1/api-tokens",
    access: "owner",
    summary: "API tokens, newest first",
    answer: tokens.apiTokens,
  }),
  createApiToken: endpoint({
    method: "POST",
    path: "/api/v1/api-tokens",
    access: "owner",
    summary: "Make an API token; it is shown this once",
    body: tokens.apiTokenCreate,
    answer: tokens.apiTokenCreated,
    status: 201,
  }),
  revokeApiToken: endpoint({
    method: "DELETE",
    path: "/api/v1/api-tokens/{id}",
    access: "owner",
    summary: "Revoke an API token",
    params: withId,
    answer: tokens.apiToken,
  }),
};
