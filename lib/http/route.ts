import type { z } from "zod";
import type { Db } from "#db/client.ts";
import { isUnreachable } from "#db/until-reachable.ts";
import type { Endpoint, Input, Output } from "../api/endpoint.ts";
import { readGiven } from "../api/read-given.ts";
import { type Caller, callerOf } from "../auth/caller.ts";
import { mayAct } from "../auth/roles.ts";
import { scopesOf } from "../auth/scopes.ts";
import { database } from "../database.ts";
import { AppError, type ErrorCode, GiveUp, RetryLater } from "../errors.ts";
import { log } from "../log.ts";
import { answerTagged } from "./entity-tag.ts";
import { addressOf, isSameOrigin, publicOrigin } from "./opened-at.ts";
import { readJsonBody } from "./read-body.ts";
import { retryAfterOf } from "./retry-after.ts";
import { unstorablePath } from "./storable-text.ts";

const statusOf: Record<ErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many: 429,
  unavailable: 503,
};

/** What a handler is given. `origin` is what URLs for other machines begin with. */
export type Call<E extends Endpoint> = {
  db: Db;
  caller: E["access"] extends "public" ? Caller | null : Caller;
  params: Output<E["params"]>;
  query: Output<E["query"]>;
  body: Output<E["body"]>;
  request: Request;
  address: string;
  origin: string;
};

type Handler<E extends Endpoint> = (call: Call<E>) => Promise<Input<E["answer"]> | Response>;
type Context = { params: Promise<Record<string, string | string[] | undefined>> };

/** What every answer of the API carries. */
export const answerHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/**
 * The one wrapper of every API route: authenticates, checks role and origin, validates, runs the handler, and turns
 * an AppError into its status. Anything else is logged with its cause and answered 500 without a word of it.
 */
export function route<E extends Endpoint>(endpoint: E, handler: Handler<E>) {
  return async (request: Request, context: Context): Promise<Response> => {
    try {
      const answer = await handler(await readCall(endpoint, request, context));
      if (answer instanceof Response) return answer;
      if (endpoint.tagged) return answerTagged(request, answer, answerHeaders);
      return Response.json(answer, { status: endpoint.status ?? 200, headers: answerHeaders });
    } catch (error) {
      return answerError(error, request);
    }
  };
}

async function readCall<E extends Endpoint>(
  endpoint: E,
  request: Request,
  context: Context,
): Promise<Call<E>> {
  const db = database();
  const caller = await callerOf(db, request.headers);
  admit(endpoint, caller, request);
  const url = new URL(request.url);
  const parsed = {
    params: parseParams(endpoint.params, await context.params),
    query: parse(endpoint.query, Object.fromEntries(url.searchParams)),
    body: endpoint.body ? parse(endpoint.body, await readJsonBody(request)) : undefined,
  };
  const headers = request.headers;
  // The three schemas are those of this very endpoint; TypeScript cannot follow that through the generic.
  return {
    db,
    caller,
    request,
    address: addressOf(headers),
    origin: publicOrigin(headers),
    ...parsed,
  } as Call<E>;
}

function admit(endpoint: Endpoint, caller: Caller | null, request: Request): void {
  if (endpoint.access === "public") return;
  if (!caller) throw new AppError("unauthenticated", "Sign in, or send a valid API token as a bearer token.");
  if (caller.via === "session" && request.method !== "GET" && !isSameOrigin(request.headers)) {
    throw new AppError("forbidden", "This request did not come from a page of this console.");
  }
  const needed = scopesOf(endpoint);
  if (caller.scopes && !caller.scopes.some((scope) => needed.includes(scope))) {
    throw new AppError("forbidden", `This needs an API token with the scope ${needed.join(" or ")}.`);
  }
  if (!caller.scopes && !mayAct(caller.role, endpoint.access)) {
    throw new AppError(
      "forbidden",
      `This needs the role ${endpoint.access}; you are signed in as ${caller.role}.`,
    );
  }
}

/** A path that cannot name anything is one that names nothing. */
function parseParams(schema: z.ZodType | undefined, value: unknown): unknown {
  const result = schema?.safeParse(value);
  if (result && !result.success) throw new AppError("not_found", "There is nothing with this id.");
  return result?.data;
}

const parse = (schema: z.ZodType | undefined, value: unknown): unknown =>
  schema && storable(readGiven(schema, value));

function storable<T>(data: T): T {
  const path = unstorablePath(data);
  if (path === null) return data;
  const message = "This holds a character that cannot be kept (NUL, or half of a surrogate pair).";
  throw new AppError("invalid", path === "" ? message : `${path}: ${message}`, [{ path, message }]);
}

/** A CRM that is away says so itself, also as an answer of ours; any other connection that fails here is the database's. */
const isDatabaseAway = (error: unknown): boolean =>
  !(error instanceof RetryLater || error instanceof GiveUp || error instanceof AppError) &&
  isUnreachable(error);

function answerError(thrown: unknown, request: Request): Response {
  const error = isDatabaseAway(thrown)
    ? new AppError("unavailable", "Rollcall’s database does not answer. Try again in a few seconds.")
    : thrown;
  if (thrown !== error) log.warn({ err: thrown, path: new URL(request.url).pathname }, "api.database_away");
  if (error instanceof AppError) {
    const details = error.details === undefined ? {} : { details: error.details };
    const body = { error: { code: error.code, message: error.message, ...details } };
    const headers = { ...answerHeaders, ...retryAfterOf(error) };
    return Response.json(body, { status: statusOf[error.code], headers });
  }
  log.error({ err: error, method: request.method, path: new URL(request.url).pathname }, "api.failed");
  const message = "Something went wrong in Rollcall. The server log has the cause.";
  return Response.json({ error: { code: "internal", message } }, { status: 500, headers: answerHeaders });
}
