import { GiveUp, RetryLater } from "../../errors.ts";
import type { Opened, Sideload } from "../contract.ts";
import { askApi, type Call } from "./http.ts";
import { type ContactList, readAs, shapes } from "./wire.ts";

const include = ["include", "contactTags.tag,fieldValues.field"] as const;

const isRefusal = (error: unknown) => error instanceof GiveUp && error.reason === "crm_bad_request";
const isServerError = (error: unknown) => error instanceof RetryLater && error.reason === "crm_server_error";

/**
 * A list of contacts, asked for with the undocumented `include`; null where the account refuses it. A 5xx counts as such
 * only where the sideload has never worked, and only when it comes again while the same call without it is answered: an
 * account that is away for a moment must not be remembered as one without the sideload. Other failures are thrown.
 */
export async function askSideload(
  host: Opened,
  query: NonNullable<Call["query"]>,
  { sideload, slotTaken = false }: { sideload: Sideload; slotTaken?: boolean },
): Promise<ContactList | null> {
  const plain: Call = { method: "GET", path: "contacts", query };
  const whole: Call = { ...plain, query: [...query, include] };
  const ask = async (call: Call) => readAs(shapes.contacts, await askApi(host, call), "contacts");
  try {
    return await ask({ ...whole, slotTaken });
  } catch (error) {
    if (isRefusal(error)) return null;
    if (sideload === "yes" || !isServerError(error)) throw error;
  }
  await ask(plain);
  return ask(whole).catch((error: unknown) => {
    if (isRefusal(error) || isServerError(error)) return null;
    throw error;
  });
}
