import { createOutbound } from "../../http/outbound.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { CrmClient, FetchAnswer, Sideload } from "../contract.ts";
import { activecampaign } from "./activecampaign.ts";

/** A call on its way, as an account sees it. `name` is its method and path: `GET contacts/1`. */
export type Asked = { name: string; query: URLSearchParams; body: unknown };
type Otherwise = { status: number; json?: unknown; text?: string; type?: string };

type Account = {
  client: CrmClient;
  /** The calls made, in order. */
  asked: string[];
  learned: string[];
};

const asAnswer = ({ status, json, text, type = "application/json" }: Otherwise): FetchAnswer => ({
  status,
  headers: new Headers({ "content-type": type }),
  text: text ?? JSON.stringify(json ?? {}),
});

/** A client of the sandbox's account, over real HTTP. What `instead` returns is answered in the account's place. */
export function openAccount(
  sandbox: Sandbox,
  sideload: Sideload,
  instead: (call: Asked) => Otherwise | undefined = () => undefined,
): Account {
  const outbound = createOutbound({ allow: "127.0.0.0/8" });
  const asked: string[] = [];
  const learned: string[] = [];
  const client = activecampaign.open({
    baseUrl: sandbox.url,
    credentials: { apiToken: sandbox.apiToken },
    sideload,
    acquire: async () => undefined,
    pause: async () => undefined,
    learnedSideload: (now) => learned.push(now),
    fetch: async (url, init) => {
      const { pathname, searchParams } = new URL(url);
      const name = `${init.method} ${pathname.replace("/api/3/", "")}`;
      asked.push(name);
      const body: unknown = init.body === undefined ? undefined : JSON.parse(init.body);
      const otherwise = instead({ name, query: searchParams, body });
      return otherwise ? asAnswer(otherwise) : outbound.fetch(url, init);
    },
  });
  return { client, asked, learned };
}
