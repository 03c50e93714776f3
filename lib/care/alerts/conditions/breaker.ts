import type { Db } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import { crms } from "../../../crm/registry.ts";
import { type BreakerState, readBreakers } from "../../../queue/breaker.ts";
import { explain } from "../../../reasons.ts";
import { breakerKeys } from "../../../sync/guarded-client.ts";
import { type Condition, counted, type ReadConditions } from "../condition.ts";
import { saidOnce } from "../said-once.ts";
import { siteBreakers } from "./site.ts";

/** Accounts and sites that failed so often that their calls rest. */
export const readBreaker: ReadConditions = async (db) => {
  const all = (await readBreakers(db)).filter(({ openedAt }) => openedAt !== null);
  const isSite = ({ key }: { key: string }) => key.startsWith("site:");
  return [
    ...(await crmBreakers(
      db,
      all.filter((one) => !isSite(one)),
    )),
    ...(await siteBreakers(db, all.filter(isSite))),
  ];
};

async function crmBreakers(db: Db, open: readonly BreakerState[]): Promise<Condition[]> {
  if (open.length === 0) return [];
  const rows = await db.select().from(connections).orderBy(connections.id);
  return open.map((breaker): Condition => {
    const mine = rows.filter((row) => breakerKeys(row).includes(breaker.key));
    const [first] = mine;
    const crm = first && crms[first.kind].label;
    const explained = explain(breaker.reason, { crm: crm ?? null, detail: breaker.detail });
    const who = first
      ? mine.length === 1
        ? first.name
        : counted(mine.length, "connection")
      : breaker.key.replace(/^\w+:/, "");
    return {
      kind: "breaker",
      key: `breaker:${breaker.key}`,
      connectionId: mine.length === 1 ? (first?.id ?? null) : null,
      level: "bad",
      text: {
        title: `Calls to ${crm ?? "the CRM"} for ${who} rest. ${explained?.sentence ?? "They failed several times in a row."}`,
        safe: "Nothing is lost: webhooks are received and wait. Rollcall tries one call now and then, and goes on by itself when it works.",
        remedy: saidOnce(explained?.remedy ?? ""),
        path: first && mine.length === 1 ? `/connections/${first.id}` : "/connections",
        action: mine.length === 1 ? "Open the connection" : "Open the connections",
      },
    };
  });
}
