import { z } from "zod";
import { protectedRoles } from "../../words.ts";

/** The site's address as it is kept: what a person pasted, without wp-admin, wp-json, query and slashes at the end. */
const siteUrl = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .transform((text, context) => {
    const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
      context.addIssue("Paste the address of the site, such as https://members.example.com.");
      return z.NEVER;
    }
    const path = url.pathname.replace(/\/(wp-admin|wp-login\.php|wp-json|index\.php)(\/.*)?$/, "");
    return url.origin + path.replace(/\/+$/, "");
  });

const metaKey = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
    "A user meta key has letters, digits, - and _, and does not begin with _.",
  );

/** How a WordPress destination is set up, but for its application password. */
export const settings = z.object({
  url: siteUrl.describe("The site’s address, as its visitors know it"),
  username: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .describe("The WordPress user whose application password is used"),
  roles: z
    .record(z.string(), z.string())
    .default({})
    .describe("Rollcall’s role to WordPress’s; an empty one is “no role”. Others keep their name"),
  roleMode: z
    .enum(["replace", "add", "leave"])
    .default("replace")
    .describe("replace: the role becomes the only one. add: others stay. leave: only new users get it"),
  protectedRoles: z
    .array(z.string())
    .default([...protectedRoles])
    .describe("Users with one of these are never touched, and none of these is ever given"),
  createUsers: z.boolean().default(true),
  fields: z
    .record(z.string(), metaKey)
    .default({})
    .describe("A contact field’s personalisation tag to the user meta key it is stored under"),
  onUnlink: z
    .enum(["leave", "no_role", "delete"])
    .default("leave")
    .describe("What becomes of the user when the member goes"),
});
export type Settings = z.infer<typeof settings>;

export const secrets = z.object({
  applicationPassword: z.string().trim().min(1).max(200).describe("Made under Users, Profile in WordPress"),
});
