import { z } from "zod";

const forumUrl = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .transform((text, context) => {
    const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
    if (!url || url.username || url.password) {
      context.addIssue("Paste the address of the forum, such as https://community.example.com.");
      return z.NEVER;
    }
    return url.origin + url.pathname.replace(/\/+$/, "");
  });

/** How a Discourse destination is set up, but for its API key. */
export const settings = z.object({
  url: forumUrl.describe("The forum’s address, as its visitors know it"),
  apiUsername: z.string().trim().min(1).max(60).default("system").describe("The user whose API key is used"),
  groups: z
    .record(z.string().trim().min(1), z.string().trim().min(1))
    .refine((groups) => Object.keys(groups).length > 0, "Name at least one tag and its group.")
    .describe("A tag to the name of the Discourse group that its members belong to"),
});
export type Settings = z.infer<typeof settings>;

export const secrets = z.object({
  apiKey: z.string().trim().min(1).max(200).describe("Made under Admin, API in Discourse"),
});
