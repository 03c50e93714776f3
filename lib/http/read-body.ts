import { AppError } from "../errors.ts";

const maxBytes = 1024 * 1024;

/** The JSON of a request body, at most 1 MiB counted while it streams; an empty body is an empty object. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes)
      throw new AppError("too_large", "The body is larger than 1 MiB. Send less in one request.");
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  return parseJson(Buffer.concat(chunks).toString("utf8"));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const error = new AppError(
      "invalid",
      "The body is not JSON. Send an object with content-type application/json.",
    );
    error.cause = cause;
    throw error;
  }
}
