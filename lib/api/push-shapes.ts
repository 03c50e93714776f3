import { z } from "zod";
import { reasonCodes } from "../reasons.ts";
import { id, page, time } from "./common-shapes.ts";
import { memberChanges } from "./delivery-shapes.ts";

/** Why something does not go on, in words; `reason` null is "nothing is wrong". */
export const why = {
  reason: z.enum(reasonCodes).nullable(),
  detail: z.string().nullable(),
  sentence: z.string().nullable(),
  remedy: z.string().nullable(),
};

/** "Push everyone again": how far it is. */
export const everyone = z.object({
  id,
  destinationId: id,
  total: z.number(),
  done: z.number().describe("The site has what it should"),
  failed: z.number().describe("Gave up or refused; waits for a person"),
  waiting: z.number(),
  state: z.enum(["running", "done", "aborted"]),
  actor: z.string(),
  createdAt: time,
  finishedAt: time.nullable(),
});
export const everyoneStarted = z.object({ id, total: z.number() });
export const withEveryone = z.object({ id, everyoneId: id });
export const withMember = z.object({ id, memberId: id });

const memberName = { memberId: id, email: z.string(), name: z.string() };

export const planned = z.object({
  ...memberName,
  what: z
    .enum(["new", "changed", "removed"])
    .describe("new: the site has not heard of them; removed: the settings leave them out now"),
  because: z
    .enum(["member", "settings", "left_over"])
    .describe(
      "member: they changed; settings: the destination changed; left_over: the site could not take everything last time",
    ),
  changes: memberChanges.describe("Before is what the site was told last, after is what a push would tell"),
  events: z.array(z.string()).describe("What would be posted; empty for kinds that post no events"),
});

/** One page of the dry run: of `checked` members, `items` would be told something; nothing was sent. */
export const plan = page(planned).extend({
  checked: z.number(),
  unchanged: z.number(),
  leftOut: z.number().describe("The settings leave them out"),
  total: z.number().describe("Members in the directory"),
});
export const planQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200).describe("Members checked in one page"),
});

export const targetStates = ["waiting", "running", "failed", "dead", "refused", "partial", "pushed"] as const;

/** What a destination knows of one member, and what it is owed. */
export const target = z.object({
  ...memberName,
  role: z.string(),
  state: z
    .enum(targetStates)
    .describe(
      "waiting: due; failed: tried again by itself; dead, refused: wait for a person; partial: there, but not with everything",
    ),
  want: z.enum(["push", "unlink"]),
  externalId: z.string().nullable().describe("The site’s own id of the member"),
  ...why,
  attempts: z.number(),
  maxAttempts: z.number(),
  nextAt: time.nullable().describe("When it is tried; null where nothing is due"),
  wantedAt: time,
  pushedAt: time.nullable(),
});
export const targets = page(target);
export const targetQuery = z.object({
  state: z
    .string()
    .transform((given) => given.split(",").filter(Boolean))
    .pipe(z.array(z.enum(targetStates)))
    .optional()
    .describe("One or more, with commas"),
  q: z.string().max(200).optional().describe("The beginning of an e-mail address"),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const retried = z.object({ total: z.number().describe("Members that are pushed again now") });

export const previewAsk = z.object({ memberId: id });
/** What a push of one member would tell, without telling it. */
export const preview = z.object({
  memberId: id,
  what: z.enum(["new", "changed", "removed", "unchanged", "left_out"]),
  changes: memberChanges,
  events: z.array(z.record(z.string(), z.unknown())).describe("The very bodies that would be posted"),
  sentence: z.string().nullable().describe("Why the settings leave the member out"),
});

/** A destination as a member’s page shows it. */
export const memberSite = z.object({
  destinationId: id,
  name: z.string(),
  kind: z.string(),
  kindLabel: z.string(),
  site: z.string(),
  siteState: z.enum(["active", "paused", "stopped"]),
  state: z.enum(targetStates),
  externalId: z.string().nullable(),
  pushedAt: time.nullable(),
  nextAt: time.nullable(),
  ...why,
});

export type Everyone = z.infer<typeof everyone>;
export type Planned = z.infer<typeof planned>;
export type Plan = z.infer<typeof plan>;
export type Target = z.infer<typeof target>;
export type TargetState = (typeof targetStates)[number];
export type TargetQuery = z.output<typeof targetQuery>;
export type Preview = z.infer<typeof preview>;
export type MemberSite = z.infer<typeof memberSite>;
