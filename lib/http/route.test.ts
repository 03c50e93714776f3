import { afterAll, expect, test } from "vitest";
import { closeDb, openDb } from "#db/client.ts";
import { GET as listMembers } from "../../app/api/v1/members/route.ts";
import { GET as getMetrics } from "../../app/metrics/route.ts";
import { processWide } from "../process-wide.ts";

const db = processWide("database", () => openDb("postgres://nobody:secret@127.0.0.1:1/none"));
afterAll(() => closeDb(db));

test("while the database is away, calls are told to come again, and not that something is broken", async () => {
  for (const handler of [getMetrics, listMembers]) {
    const headers = { authorization: "Bearer a-token-that-nobody-can-look-up", host: "localhost:3000" };
    const request = new Request("http://localhost:3000/", { headers });
    const answer = await handler(request, { params: Promise.resolve({}) });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    const body = await answer.text();
    expect(JSON.parse(body).error.code).toBe("unavailable");
    expect(body).not.toContain("127.0.0.1");
  }
});
