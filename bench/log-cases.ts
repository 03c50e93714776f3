import { deliveryFilter, deliveryQuery } from "#lib/api/delivery-shapes.ts";
import { memberQuery } from "#lib/api/member-shapes.ts";
import { listDeliveries } from "#lib/console/deliveries.ts";
import { countDeliveries } from "#lib/console/delivery-counts.ts";
import { getDelivery } from "#lib/console/delivery-detail.ts";
import { getMember, listMembers } from "#lib/console/members.ts";
import { getOverview } from "#lib/console/overview.ts";
import type { Case } from "./plans.ts";
import type { Sample } from "./seed.ts";

export type LogCase = Case & {
  path: string;
  /** What the 95th percentile at the API should stay under, in milliseconds; null where it is only told. */
  aimMs: number | null;
};

const dayMs = 86_400_000;
const aim = 50;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs).toISOString();

type Query = Record<string, string>;

const address = (path: string, query: Query) => `${path}?${new URLSearchParams(query)}`;

const list = (name: string, query: Query, aimMs: number | null = aim): LogCase => ({
  name: `log: ${name}`,
  path: address("/deliveries", query),
  aimMs,
  run: (db) => listDeliveries(db, deliveryQuery.parse(query)),
});
const counts = (name: string, query: Query, aimMs: number | null): LogCase => ({
  name: `counts: ${name}`,
  path: address("/deliveries/counts", query),
  aimMs,
  run: (db) => countDeliveries(db, deliveryFilter.parse(query)),
});
const people = (name: string, query: Query): LogCase => ({
  name: `members: ${name}`,
  path: address("/members", query),
  aimMs: aim,
  run: (db) => listMembers(db, memberQuery.parse(query)),
});

/** Everything that the console and the API ask of a log, with believable values. */
export function logCases(sample: Sample): LogCase[] {
  const day = { from: daysAgo(1) };
  const month = { from: daysAgo(30) };
  const { email, contactId } = sample;
  const [first = "", last = ""] = sample.name.split(" ");
  return [
    // What any answer costs here: the way through the API and one query that finds nothing.
    { ...people("nobody, the least that an answer takes", { email: "nobody@nowhere.example" }), aimMs: null },
    list("the page as it opens", { ...day, floods: "folded" }),
    list("thirty days", month),
    list("an older page", { from: daysAgo(30), to: daysAgo(20) }),
    ...[
      "synced",
      "failed",
      "dead",
      "held",
      "queued,running",
      "dead,rejected,unreadable",
      "skipped,duplicate,filtered",
    ].map((status) => list(`status ${status}`, { ...month, status })),
    list("a small connection", { ...month, connection: sample.smallConnectionId }),
    list("a small connection, gave up", { ...month, connection: sample.smallConnectionId, status: "dead" }),
    list("a large connection, failing", { ...month, connection: sample.connectionId, status: "failed" }),
    list("a key", { ...month, key: sample.keyId }),
    list("action batch_sync", { ...month, action: "batch_sync" }),
    list("action and status, rare", { ...month, action: "batch_sync", status: "dead" }),
    list("trigger person, which none has", { ...month, trigger: "person" }),
    list("trigger event, which none has, of a connection", {
      ...day,
      trigger: "event",
      connection: sample.connectionId,
    }),
    list("reason, rare", { ...month, reason: "crm_token_refused" }),
    list("reason, which none has", { ...month, reason: "day_budget_spent" }),
    list("contact", { ...month, contact: contactId }),
    list("e-mail", { ...month, email }),
    list("member", { ...month, member: sample.memberId }),
    list("search by id", { q: sample.id }),
    list("search by e-mail", { ...month, q: email }),
    list("search by the beginning of an e-mail", { ...month, q: email.slice(0, 6) }),
    list("search by contact id", { ...month, q: contactId }),
    list("search by first name", { ...month, q: first }),
    list("search by a name nobody has", { ...month, q: "Xyzzy" }),
    list("search by whole name", { ...month, q: `${first} ${last}` }),
    list("search by last name", { ...month, q: last }),
    list(
      "text in the bodies of a day",
      { from: daysAgo(3), to: daysAgo(2), body: "order[number]=R2001234" },
      1_000,
    ),
    list(
      "text in the bodies of a day, in all of them",
      { from: daysAgo(3), to: daysAgo(2), body: "ExampleOrg" },
      1_000,
    ),
    counts("24 hours", day, null),
    counts("7 days", { from: daysAgo(7) }, null),
    counts("30 days", month, null),
    counts("30 days, gave up", { ...month, status: "dead" }, null),
    counts("30 days, one contact", { ...month, contact: contactId }, aim),
    {
      name: "detail",
      path: `/deliveries/${sample.id}`,
      aimMs: aim,
      run: (db) => getDelivery(db, sample.id),
    },
    { name: "overview", path: "/overview", aimMs: null, run: getOverview },
    people("newest", {}),
    people("e-mail", { email }),
    people("beginning of an e-mail", { q: email.slice(0, 6) }),
    people("first name", { q: first }),
    people("last name", { q: last }),
    people("a name nobody has", { q: "Xyzzy" }),
    people("tag, rare", { tag: "Founder" }),
    people("tag, common", { tag: "Member" }),
    people("tag and name", { tag: "Founder", q: first }),
    {
      name: "members: detail",
      path: `/members/${sample.memberId}`,
      aimMs: aim,
      run: (db) => getMember(db, sample.memberId),
    },
  ];
}
