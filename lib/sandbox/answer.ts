/** What an endpoint answers, before headers of the account are added. */
export type Answer = { status: number; body: unknown };

export type Request = {
  method: string;
  /** Without `/api/3`. */
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
};

/** 200. */
export const ok = (body: unknown): Answer => ({ status: 200, body });
/** 201. */
export const created = (body: unknown): Answer => ({ status: 201, body });

/** 404 in the words of the API reference. */
export const noResult = (what: string, id: number): Answer => ({
  status: 404,
  body: { message: `No Result found for ${what} with id ${id}` },
});

/** 422 in the words of the API reference. */
export const missingAttribute = (attribute: string): Answer => ({
  status: 422,
  body: {
    errors: [
      { status: 422, title: "Missing attribute", source: { pointer: `/data/attributes/${attribute}` } },
    ],
  },
});

/** 404 of an association whose contact is not there. */
export const noContact: Answer = {
  status: 404,
  body: { errors: [{ status: 404, title: "Not Found", detail: "Contact not found" }] },
};

/** One page: `limit` defaults to 20 and is at most 100. */
export function page<T>(items: readonly T[], query: URLSearchParams): T[] {
  const limit = Math.min(Math.max(Number(query.get("limit") ?? 20) || 20, 1), 100);
  const offset = Math.max(Number(query.get("offset") ?? 0) || 0, 0);
  return items.slice(offset, offset + limit);
}

/** The object under a body's root key. */
export function inside(body: Record<string, unknown>, root: string): Record<string, unknown> {
  const value = body[root];
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** Text of any JSON value; nothing is empty text. */
export const asText = (value: unknown): string =>
  value === undefined || value === null ? "" : String(value);
