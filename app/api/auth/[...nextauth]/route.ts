import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "#lib/auth/next-auth.ts";
import { AppError } from "#lib/errors.ts";
import { readBytes } from "#lib/http/read-body.ts";

type Context = { params: Promise<{ nextauth: string[] }> };

/** Far more than an address and a password; next-auth itself reads whatever comes, from anybody. */
const mostKib = 16;

async function handle(request: NextRequest, context: Context): Promise<Response> {
  // next-auth asks its environment where it lives; the answer must be the address that this request was opened on.
  process.env.AUTH_TRUST_HOST = "1";
  delete process.env.NEXTAUTH_URL;
  return NextAuth(request, context, authOptions(request.headers));
}

async function handleBody(request: NextRequest, context: Context): Promise<Response> {
  try {
    const body = new Uint8Array(await readBytes(request, mostKib));
    return await handle(
      new NextRequest(request.url, { method: "POST", headers: request.headers, body }),
      context,
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return Response.json({ error: { code: error.code, message: error.message } }, { status: 413 });
  }
}

export { handle as GET, handleBody as POST };
