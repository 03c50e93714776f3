import { z } from "zod";
import { GiveUp, RetryLater } from "../../errors.ts";
import { explain } from "../../reasons.ts";
import { sha256 } from "../../secrets.ts";
import {
  type DestinationKind,
  type Known,
  type MemberView,
  nothingKnown,
  type Pushed,
  type SiteCheck,
} from "../contract.ts";
import { callForum, type Forum, readAs } from "./call-forum.ts";
import { secrets, settings } from "./settings.ts";

/** A Discourse forum: its users come and go from groups as the members' tags say. It makes and changes no users. */
export const discourse: DestinationKind = {
  kind: "discourse",
  label: "Discourse",
  settings,
  secrets,
  secretNames: ["apiKey"],
  makeSecrets: () => ({}),
  rotateSecrets: null,
  // Discourse allows an admin's key 60 calls a minute unless its owner says otherwise.
  defaults: { ratePerMinute: 50, concurrency: 1 },
  siteName: (stored) => new URL(settings.parse(stored).url).host,
  open(host) {
    const forum = { host, settings: settings.parse(host.settings) };
    return {
      test: () => test(forum),
      digest: (view) => sha256(JSON.stringify([view.email, wantedGroups(forum, view)])),
      push: (view, known) => push(forum, view, known, wantedGroups(forum, view)),
      unlink: async (view, known) => {
        const left = await push(forum, view, known, []);
        return left.status === "done" || left.status === "unchanged"
          ? { ...left, known: nothingKnown }
          : left;
      },
    };
  },
};

const fold = (name: string) => name.trim().toLowerCase();
const managedGroups = ({ settings: { groups } }: Forum) =>
  [...new Set(Object.values(groups).map(fold))].sort();

function wantedGroups({ settings: { groups } }: Forum, { tags }: Pick<MemberView, "tags">): string[] {
  const has = new Set(tags.map(fold));
  const wanted = Object.entries(groups).filter(([tag]) => has.has(fold(tag)));
  return [...new Set(wanted.map(([, group]) => fold(group)))].sort();
}

const wireUser = z.object({
  id: z.number(),
  username: z.string(),
  groups: z.array(z.object({ id: z.number(), name: z.string() })),
});
type User = z.infer<typeof wireUser>;

/** Only the groups that the settings name are ever changed, and only those that differ. */
async function push(
  forum: Forum,
  view: Pick<MemberView, "email">,
  known: Known,
  wanted: readonly string[],
): Promise<Pushed> {
  const user = await findUser(forum, view, known);
  if (!user) return { status: "skipped", known: nothingKnown, reason: "site_user_missing" };
  const has = new Set(user.groups.map(({ name }) => fold(name)));
  const changes: string[] = [];
  for (const name of managedGroups(forum)) {
    const wants = wanted.includes(name);
    if (wants === has.has(name)) continue;
    const refused = await change(forum, user, name, wants);
    if (refused) return { status: "refused", reason: "site_user_refused", detail: refused };
    changes.push(`${wants ? "joined" : "left"} ${name}`);
  }
  const now: Known = { externalId: String(user.id), memory: {} };
  if (changes.length === 0) return { status: "unchanged", known: now, left: null };
  return { status: "done", known: now, made: false, changes, left: null };
}

/** By the id of last time, else by exactly this address, which only an administrator's key may look up. */
async function findUser(
  forum: Forum,
  { email }: Pick<MemberView, "email">,
  known: Known,
): Promise<User | null> {
  const linked = known.externalId === null ? null : await userById(forum, known.externalId);
  if (linked) return linked;
  const query = new URLSearchParams({ email, show_emails: "true" });
  const reply = await callForum(forum, "GET", `/admin/users/list/all.json?${query}`);
  if (reply.status !== "ok") throw new RetryLater("site_refused_call", { detail: reply.message });
  const listed = readAs(z.array(z.object({ id: z.number(), email: z.string().optional() })), reply.json);
  const found = listed.find((user) => user.email !== undefined && fold(user.email) === fold(email));
  return found ? userById(forum, String(found.id)) : null;
}

async function userById(forum: Forum, id: string): Promise<User | null> {
  const reply = await callForum(forum, "GET", `/admin/users/${encodeURIComponent(id)}.json`);
  return reply.status === "ok" ? readAs(wireUser, reply.json) : null;
}

/** Null when it is as wanted, else Discourse's words; one who is a member already is refused there with 422. */
async function change(forum: Forum, user: User, group: string, join: boolean): Promise<string | null> {
  const id = await groupId(forum, group);
  if (id === null) throw new GiveUp("site_group_missing", { detail: group });
  const body = { usernames: user.username };
  const reply = await callForum(forum, join ? "PUT" : "DELETE", `/groups/${id}/members.json`, body);
  if (reply.status === "ok") return null;
  const now = await userById(forum, String(user.id));
  return now && now.groups.some(({ name }) => fold(name) === group) === join ? null : reply.message;
}

async function groupId(forum: Forum, name: string): Promise<number | null> {
  const reply = await callForum(forum, "GET", `/groups/${encodeURIComponent(name)}.json`);
  if (reply.status !== "ok") return null;
  return readAs(z.object({ group: z.object({ id: z.number() }) }), reply.json).group.id;
}

async function test(forum: Forum): Promise<{ checks: SiteCheck[]; ok: boolean }> {
  const start = performance.now();
  const line = (found: Pick<SiteCheck, "name" | "status" | "reason" | "detail">) => ({
    checks: [{ ms: Math.round(performance.now() - start), ...found }],
    ok: found.status === "ok",
  });
  try {
    await findUser(forum, { email: "nobody@rollcall.invalid" }, nothingKnown);
    for (const group of managedGroups(forum))
      if ((await groupId(forum, group)) === null) throw new GiveUp("site_group_missing", { detail: group });
    return line({ name: "roles", status: "ok", reason: null, detail: managedGroups(forum).join(", ") });
  } catch (error) {
    if (!(error instanceof RetryLater || error instanceof GiveUp)) throw error;
    const { reason, detail } = error;
    const words = explain(reason, { site: new URL(forum.settings.url).host, detail });
    return line({ name: "api", status: "failed", reason, detail: `${words?.sentence} ${words?.remedy}` });
  }
}
