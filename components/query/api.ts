/** What the API answered instead of what was asked for; `message` is fit to be shown. */
export class ApiFailure extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: unknown;
  constructor(status: number, code: string, message: string, details: unknown) {
    super(message);
    this.name = "ApiFailure";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

type Options = { method?: "GET" | "POST" | "PATCH" | "DELETE"; body?: unknown; signal?: AbortSignal };

const offline = "Rollcall could not be reached. Check that the server runs, then try again.";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  const isJson = response.headers.get("content-type")?.includes("application/json") ?? false;
  if (!isJson)
    throw new ApiFailure(
      response.status,
      "not_json",
      "Rollcall’s address answered with a page instead of data.",
      null,
    );
  return response.json();
}

/**
 * One call to Rollcall's own API under `/api`; returns its JSON as the caller's shape, which the routes check before
 * they send it. Throws ApiFailure with the API's own message.
 */
export async function api<T>(path: string, { method = "GET", body, signal }: Options = {}): Promise<T> {
  const response = await fetch(`/api${path}`, {
    method,
    signal,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiFailure(0, "offline", offline, null);
  });
  const json = await readJson(response);
  if (response.ok) return json as T;
  const error = isRecord(json) && isRecord(json.error) ? json.error : {};
  throw new ApiFailure(
    response.status,
    typeof error.code === "string" ? error.code : "internal",
    typeof error.message === "string"
      ? error.message
      : "Rollcall itself failed here. The server log has the cause.",
    error.details,
  );
}

/** A query string from values; empty ones are left out. Begins with `?` unless nothing is left. */
export function queryString(values: Record<string, string | number | null | undefined>): string {
  const kept = Object.entries(values).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}
