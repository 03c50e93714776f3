import type { Db } from "./client.ts";
import { accessKeys, connections } from "./schema/connections.ts";
import { destinations } from "./schema/destinations.ts";
import { members } from "./schema/members.ts";

const fixedId = (kind: number, number: number) =>
  `0199${kind.toString(16).padStart(4, "0")}-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;

/** An ActiveCampaign connection; name what differs. */
export async function makeConnection(
  db: Db,
  given: Partial<typeof connections.$inferInsert> & { number?: number } = {},
): Promise<typeof connections.$inferSelect> {
  const { number = 1, ...values } = given;
  const [row] = await db
    .insert(connections)
    .values({
      id: fixedId(1, number),
      name: `Oakline ${number}`,
      kind: "activecampaign",
      baseUrl: "https://oakline.api-us1.com",
      credentials: Buffer.alloc(0),
      mode: "automation",
      events: [],
      sources: [],
      defaultRole: "subscriber",
      fieldMap: [],
      callsPerSecond: 1000,
      sideload: "yes",
      ...values,
    })
    .returning();
  if (!row) throw new Error("no connection was made");
  return row;
}

/** An access key stored under the SHA-256 that the caller computed. */
export async function makeAccessKey(
  db: Db,
  given: Partial<typeof accessKeys.$inferInsert> & { connectionId: string; hash: string; number?: number },
): Promise<typeof accessKeys.$inferSelect> {
  const { number = 1, ...values } = given;
  const [row] = await db
    .insert(accessKeys)
    .values({ id: fixedId(2, number), name: `Key ${number}`, prefix: "rck_test", ...values })
    .returning();
  if (!row) throw new Error("no key was made");
  return row;
}

/** A destination whose secrets the caller sealed; name what differs. */
export async function makeDestination(
  db: Db,
  given: Partial<typeof destinations.$inferInsert> & { secrets: Buffer; number?: number },
): Promise<typeof destinations.$inferSelect> {
  const { number = 1, ...values } = given;
  const [row] = await db
    .insert(destinations)
    .values({
      id: fixedId(3, number),
      kind: "http",
      name: `Members of Oakline ${number}`,
      settings: {},
      ratePerMinute: 60_000,
      concurrency: 4,
      ...values,
    })
    .returning();
  if (!row) throw new Error("no destination was made");
  return row;
}

/** A member of the directory; name what differs. */
export async function makeMember(
  db: Db,
  given: Partial<typeof members.$inferInsert> & { number?: number } = {},
): Promise<typeof members.$inferSelect> {
  const { number = 1, ...values } = given;
  const [row] = await db
    .insert(members)
    .values({
      id: fixedId(4, number),
      email: `member${number}@example.com`,
      login: `member${number}@example.com`,
      role: "subscriber",
      firstName: "Member",
      lastName: `No ${number}`,
      tags: [],
      fields: {},
      ...values,
    })
    .returning();
  if (!row) throw new Error("no member was made");
  return row;
}
