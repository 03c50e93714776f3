import { apiTokens } from "#db/schema/people.ts";
import { type TestDatabase, testDatabase } from "#db/testing.ts";
import type { Role } from "../auth/roles.ts";
import { uuidv7 } from "../ids.ts";
import { processWide } from "../process-wide.ts";
import { sha256 } from "../secrets.ts";

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
type Options = {
  as?: Role | null;
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
  headers?: HeadersInit;
};
/** Bodies are read as a test expects them; a wrong expectation fails the test. */
type Answer = { status: number; body: Awaited<ReturnType<Response["json"]>>; headers: Headers };

/** The API over a test database: calls route handlers with real requests, as a token of the role that is asked for. */
export type TestApi = TestDatabase & {
  call(method: string, handler: Handler, options?: Options): Promise<Answer>;
};

/** Opens a test database, makes it the one of this process, and makes a token for each role. */
export async function testApi(): Promise<TestApi> {
  const opened = await testDatabase();
  processWide("database", () => opened.db);
  const tokenOf = (role: Role) => `token-of-the-${role}-in-this-test`;
  for (const role of ["viewer", "operator", "owner"] as const) {
    await opened.db.insert(apiTokens).values({ id: uuidv7(), name: role, role, hash: sha256(tokenOf(role)) });
  }
  return {
    ...opened,
    async call(method, handler, { as = "owner", params = {}, query = "", body, headers } = {}) {
      const url = `http://localhost:3000/api/v1/tested${query && `?${query}`}`;
      const sent = new Headers({ host: "localhost:3000", "x-forwarded-for": "127.0.0.1", ...headers });
      if (as) sent.set("authorization", `Bearer ${tokenOf(as)}`);
      const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
      const request = new Request(url, { method, headers: sent, body: text });
      const response = await handler(request, { params: Promise.resolve(params) });
      const answered = await response.text();
      const isJson = response.headers.get("content-type")?.startsWith("application/json");
      return {
        status: response.status,
        body: isJson ? JSON.parse(answered) : answered,
        headers: response.headers,
      };
    },
  };
}
