import { z } from "zod";
import { id, time } from "./common-shapes.ts";

/** Who signs in to the console. */
const role = z
  .enum(["viewer", "operator", "owner"])
  .describe(
    "viewer: reads. operator: also retries, tests and makes keys. owner: also changes connections, settings and people",
  );
const name = z.string().trim().min(1, "Enter a name").max(80);
const password = z.string().min(10, "Use at least 10 characters").max(1024);

export const person = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role,
  state: z.enum(["active", "invited"]).describe("invited: has not chosen a password yet"),
  createdAt: time,
  lastSignInAt: time.nullable(),
  inviteExpiresAt: time
    .nullable()
    .describe("When the link on which they choose a password ends or ended; null: none, or it was used"),
});
export const people = z.object({ items: z.array(person), nextCursor: z.null() });
export const personInvite = z.object({ email: z.email("Enter an e-mail address").max(320), name, role });
export const personWithLink = person.extend({ url: z.string().describe("Shown this once; works once") });
export const personPatch = z.object({ name, role }).partial();
export const personRemoved = z.object({ removed: z.literal(true) });

export const passwordChange = z.object({
  current: z.string().min(1, "Enter your password").max(1024),
  next: password,
});
export const passwordChanged = z.object({ changed: z.literal(true) });

export const inviteUse = z.object({ code: z.string().min(20).max(100), password });
export const inviteUsed = z.object({ email: z.string() });

export type Person = z.infer<typeof person>;
export type PersonInvite = z.infer<typeof personInvite>;
export type PersonWithLink = z.infer<typeof personWithLink>;
export type PersonPatch = z.infer<typeof personPatch>;
export type Role = z.infer<typeof role>;
