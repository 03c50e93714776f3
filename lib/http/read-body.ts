import { AppError } from "../errors.ts";

const maxKib = 1024;

/** The bytes of a request body, counted while they stream; throws `too_large` beyond so many KiB. */
export async function readBytes(request: Request, mostKib: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostKib * 1024) {
      const limit = mostKib === maxKib ? "1 MiB" : `${mostKib} KiB`;
      throw new AppError("too_large", `The body is larger than ${limit}. Send less in one request.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The JSON of a request body, at most 1 MiB; an empty body is an empty object. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const bytes = await readBytes(request, maxKib);
  return bytes.length === 0 ? {} : parseJson(bytes.toString("utf8"));
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
