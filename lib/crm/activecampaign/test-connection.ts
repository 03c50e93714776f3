import { GiveUp, RetryLater } from "../../errors.ts";
import { explain, type ReasonCode } from "../../reasons.ts";
import type { Check, CrmClient, Opened, Sideload } from "../contract.ts";
import { askSideload } from "./ask-sideload.ts";
import type { Catalog } from "./catalog.ts";
import { askApi, callApi } from "./http.ts";
import { readWebhooks } from "./registration.ts";
import { isClear, readSideload } from "./sideload.ts";
import { readAs, shapes } from "./wire.ts";

type Expects = Parameters<CrmClient["test"]>[0];
type Finding = Pick<Check, "status" | "detail">;

const ok = (detail: string): Finding => ({ status: "ok", detail });
const warn = (detail: string): Finding => ({ status: "warn", detail });
const failed = (detail: string): Finding => ({ status: "failed", detail });
const needless = (detail: string): Finding => ({ status: "needless", detail });

/** Reasons that mean the address itself is wrong or out of reach. */
const addressReasons: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "crm_timeout",
  "crm_unreachable",
  "crm_address_blocked",
  "crm_not_json",
  "crm_unexpected",
  "crm_empty_answer",
  "crm_server_error",
  "crm_bad_request",
]);

/** A failure of the account as a line of the report; anything else is ours and is thrown. */
function asFailure(error: unknown): { reason: ReasonCode; detail: string } {
  if (!(error instanceof RetryLater || error instanceof GiveUp)) throw error;
  const words = explain(error.reason, { crm: "ActiveCampaign", detail: error.detail });
  return { reason: error.reason, detail: words ? `${words.sentence} ${words.remedy}` : error.reason };
}

async function timed(name: Check["name"], run: () => Promise<Finding>): Promise<Check> {
  const start = performance.now();
  const since = () => Math.round(performance.now() - start);
  try {
    const finding = await run();
    return { name, ms: finding.status === "needless" ? null : since(), reason: null, ...finding };
  } catch (error) {
    return { name, status: "failed", ms: since(), ...asFailure(error) };
  }
}

/** Address and token in two calls; a wrong address ends the test, because every later line would repeat it. */
async function reach(host: Opened): Promise<{ checks: Check[]; reached: boolean }> {
  const query = [["limit", "1"]] as const;
  const first = await timed("address", async () => {
    const json = await askApi(host, { method: "GET", path: "contacts", query });
    readAs(shapes.contacts, json, "contacts");
    return ok("");
  });
  if (first.status === "failed" && first.reason && addressReasons.has(first.reason))
    return { checks: [first], reached: false };
  if (first.reason === "crm_secrets_locked") return { checks: [{ ...first, name: "token" }], reached: false };
  const address: Check = { name: "address", status: "ok", ms: first.ms, reason: null, detail: "" };
  if (first.status === "failed") return { checks: [address, { ...first, name: "token" }], reached: false };
  const token = await timed("token", async () => {
    const reply = await callApi(host, { method: "GET", path: "users/me" });
    const read = reply.status === "ok" ? shapes.user.safeParse(reply.json) : null;
    const user = read?.success ? read.data.user : null;
    const name = `${user?.firstName ?? ""} ${user?.lastName ?? ""}`.trim() || user?.username || "";
    return ok(name === "" ? "" : `as ${name}`);
  });
  // The contacts were answered with this token; a refusal to name its user says nothing against it.
  const accepted: Check =
    token.status === "failed" ? { ...token, status: "ok", reason: null, detail: "" } : token;
  return { checks: [address, accepted], reached: true };
}

async function trySideload(host: Opened): Promise<Finding & { sideload: Sideload }> {
  const slow = { ...warn("100 contacts cost 200 calls instead of 1"), sideload: "no" as const };
  const answer = await askSideload(host, [["limit", "20"]], host);
  if (answer === null) return slow;
  if (answer.contacts.length === 0)
    return { ...needless("No contacts yet; the first one shows it"), sideload: "unknown" };
  const whole = readSideload(answer);
  if (!whole) return slow;
  if (!whole.contacts.some((contact) => isClear(whole, contact)))
    return { ...needless("No contact has tags yet; the first one shows it"), sideload: "unknown" };
  return { ...ok("100 contacts cost 1 call instead of 200"), sideload: "yes" };
}

/** Asks for an association of nothing with nothing: refused as incomplete (422) where the user may write. */
async function tryWriting(host: Opened): Promise<Finding> {
  try {
    await callApi(host, { method: "POST", path: "contactTags", body: { contactTag: {} } });
  } catch (error) {
    const reason = error instanceof RetryLater || error instanceof GiveUp ? error.reason : null;
    if (reason === "crm_server_error") return warn("ActiveCampaign did not say whether it may write");
    if (reason !== "crm_bad_request") throw error;
  }
  return ok("may read and write contacts");
}

async function tryPasswordField(catalog: Catalog, tag: string | null): Promise<Finding> {
  if (tag === null) return needless("No field is chosen for new passwords");
  const field = await catalog.fieldByTag(tag);
  if (!field) throw new GiveUp("password_field_missing", { detail: tag });
  const takesText = field.type === "" || /^(text|textarea|hidden)$/i.test(field.type);
  return takesText
    ? ok(field.title)
    : failed(`“${field.title}” is a ${field.type} field; choose a text field for passwords`);
}

async function tryWebhook(host: Opened, expected: Expects["webhook"]): Promise<Finding> {
  if (expected === null) return needless("Not needed for automations only");
  if (expected.id === null) return needless("Made when you save");
  const there = (await readWebhooks(host)).find(({ id, url }) => id === expected.id || url === expected.url);
  if (!there) return failed("It is gone from ActiveCampaign. Save the connection to register it again");
  if (!there.active)
    return failed("ActiveCampaign switched it off. Save the connection to register it again");
  if (there.url !== expected.url)
    return failed("Its address was changed in ActiveCampaign. Save the connection to set it right");
  const { protocol, port, origin } = new URL(there.url);
  // Not a failure: a pretend ActiveCampaign calls any address.
  if (protocol !== "https:" || port !== "")
    return warn(
      `ActiveCampaign calls only https on port 443, not ${origin}. Set PUBLIC_URL to such an address of this server`,
    );
  return ok(`${there.events.length} events, ${there.sources.length} sources`);
}

/**
 * Tries everything the connection needs, line by line, without changing anything in the account. What the account does
 * wrong is a line of the report; only Rollcall's own failures are thrown.
 */
export async function testConnection(
  host: Opened,
  catalog: Catalog,
  expects: Expects,
): Promise<{ checks: Check[]; sideload: Sideload; ok: boolean }> {
  const { checks, reached } = await reach(host);
  if (!reached) return { checks, sideload: host.sideload, ok: false };
  let sideload: Sideload = host.sideload;
  checks.push(
    await timed("sideload", async () => {
      const { sideload: found, ...finding } = await trySideload(host);
      if (found !== "unknown") sideload = found;
      return finding;
    }),
    await timed("fields", async () => {
      const { length } = await catalog.fields();
      return ok(length === 1 ? "1 custom field" : `${length} custom fields`);
    }),
    await timed("permissions", () => tryWriting(host)),
    await timed("password_field", () => tryPasswordField(catalog, expects.returnPasswordField)),
    await timed("webhook", () => tryWebhook(host, expects.webhook)),
  );
  return { checks, sideload, ok: checks.every(({ status }) => status !== "failed") };
}
