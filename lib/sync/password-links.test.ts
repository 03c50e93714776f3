import { verify } from "@node-rs/argon2";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { members } from "#db/schema/members.ts";
import { testDatabase } from "#db/testing.ts";
import { makePasswordLink, readPasswordLink, usePasswordLink } from "./password-links.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
const memberId = "01990003-0000-7000-8000-000000000001";

beforeAll(async () => {
  database = await testDatabase();
  await database.db.insert(members).values({
    id: memberId,
    email: "anna@example.org",
    login: "anna",
    role: "subscriber",
    firstName: "Anna",
    lastName: "L",
    tags: [],
    fields: {},
  });
});
afterAll(() => database.close());

test("a link sets the password once, also when two people open it at the same moment", async () => {
  const token = await makePasswordLink(database.db, memberId);
  expect(await readPasswordLink(database.db, token)).toEqual({ state: "valid", email: "anna@example.org" });
  const tries = await Promise.allSettled(
    ["first choice", "second one"].map((word) => usePasswordLink(database.db, token, word)),
  );
  expect(tries.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
  const [row] = await database.db.select().from(members);
  const chosen = tries[0]?.status === "fulfilled" ? "first choice" : "second one";
  expect(await verify(row?.passwordHash ?? "", chosen)).toBe(true);
  await expect(usePasswordLink(database.db, token, "a third choice")).rejects.toMatchObject({
    code: "conflict",
  });
});

test("a member's other links end with the one that was used, also when both are used at the same moment", async () => {
  const other = "01990003-0000-7000-8000-000000000002";
  const [row] = await database.db.select().from(members).where(eq(members.id, memberId));
  if (!row) throw new Error("there is no member");
  await database.db.insert(members).values({ ...row, id: other, email: "ben@example.org", login: "ben" });
  const theirs = await makePasswordLink(database.db, other);
  for (let round = 0; round < 5; round += 1) {
    const tokens = await Promise.all([1, 2, 3].map(() => makePasswordLink(database.db, memberId)));
    const tries = await Promise.allSettled(
      tokens.map((token) => usePasswordLink(database.db, token, `choice ${token}`)),
    );
    const refused = tries.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toEqual([1, 2].map(() => expect.objectContaining({ code: "conflict" })));
    for (const token of tokens) expect(await readPasswordLink(database.db, token)).toEqual({ state: "used" });
  }
  expect(await readPasswordLink(database.db, theirs)).toMatchObject({ state: "valid" });
});

test("an expired or unknown link says which it is", async () => {
  const token = await makePasswordLink(database.db, memberId);
  await database.db
    .$client`update password_links set expires_at = now() - interval '1 second' where used_at is null`;
  await expect(usePasswordLink(database.db, token, "too late now")).rejects.toMatchObject({
    code: "conflict",
  });
  await expect(
    usePasswordLink(database.db, "no-such-token-no-such-token", "x".repeat(12)),
  ).rejects.toMatchObject({ code: "not_found" });
});
