import { z } from "zod";
import type { Scope } from "../auth/scopes.ts";

/** Who may call: anyone, or a signed-in person or API token of at least this role. */
export type Access = "public" | "viewer" | "operator" | "owner";

/** One operation of the API: its place, who may call it, and the schemas that validate and document it. */
export type Endpoint = {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** As OpenAPI writes it: `/api/v1/deliveries/{id}`. */
  path: string;
  access: Access;
  /** Scopes of an API token that may call, beside `admin`; when absent `read` for a viewer's GET, else none. */
  scopes?: readonly Scope[];
  /** The answer carries an ETag, and is 304 without a body for who has it already. */
  tagged?: boolean;
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  answer: z.ZodType;
  /** 200 when absent. */
  status?: 200 | 201 | 202;
  /** What the answer may be written in; JSON when absent. */
  mediaTypes?: readonly string[];
};

/** What a schema returns; undefined when there is none. */
export type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a schema is given; undefined when there is none. */
export type Input<S> = S extends z.ZodType ? z.input<S> : undefined;

/** An operation; its `const` type keeps the schemas of this very one for its route. */
export const endpoint = <const E extends Endpoint>(value: E): E => value;

/** The parameters of a path that names one thing. */
export const withId = z.object({ id: z.uuid() });
