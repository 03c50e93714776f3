import { z } from "zod";
import { GiveUp, RetryLater } from "../../errors.ts";
import type { ReasonCode } from "../../reasons.ts";
import { callDestination } from "../call.ts";
import { secrets } from "./settings.ts";
import type { Site } from "./site.ts";

const index = z.object({ authentication: z.unknown() });
const closedToStrangers = /^rest_(login_required|cannot_access|not_allowed|unauthorized)$/;
const refused = /^(incorrect_password|invalid_username|invalid_email)$/;

/**
 * Why a site treats Rollcall as a stranger. WordPress answers `rest_not_logged_in` to a wrong password and to a sign-in
 * that its web server dropped on the way (seen on 6.1), so it is asked once more without that header.
 */
export async function whyNotSignedIn(site: Site, code: string): Promise<GiveUp> {
  const because = (reason: ReasonCode) => new GiveUp(reason, { detail: code });
  if (refused.test(code)) return because("site_credentials_refused");
  if (code.startsWith("application_passwords_disabled") || !(await offersPasswords(site)))
    return because("site_passwords_off");
  const accepted = await signInWithoutHeader(site);
  if (accepted === true) return because("site_header_stripped");
  if (accepted === false || site.learned.signedIn) return because("site_credentials_refused");
  if (closedToStrangers.test(code)) return because("site_api_off");
  return because("site_sign_in_ignored");
}

/** The API's front page names the ways to sign in (WordPress 5.6 and later); a closed one says nothing against it. */
async function offersPasswords(site: Site): Promise<boolean> {
  const answer = await ask(site, "/?rest_route=/&_fields=authentication", { method: "GET" });
  if (answer?.status !== 200) return true;
  const read = index.safeParse(parse(answer.text));
  return !read.success || JSON.stringify(read.data.authentication ?? null).includes("application-passwords");
}

/** XML-RPC takes the same password in its body. Null where it is closed, as it often is. */
async function signInWithoutHeader(site: Site): Promise<boolean | null> {
  const { applicationPassword } = secrets.parse(site.host.secrets);
  const param = (text: string) => `<param><value><string>${escapeXml(text)}</string></value></param>`;
  const answer = await ask(site, "/xmlrpc.php", {
    method: "POST",
    headers: { "Content-Type": "text/xml" },
    body:
      '<?xml version="1.0"?><methodCall><methodName>wp.getUsersBlogs</methodName>' +
      `<params>${param(site.settings.username)}${param(applicationPassword)}</params></methodCall>`,
  });
  if (answer?.status !== 200 || !answer.text.includes("<methodResponse>")) return null;
  if (!answer.text.includes("<fault>")) return true;
  return /<int>403<\/int>/.test(answer.text) ? false : null;
}

async function ask(site: Site, path: string, init: Parameters<typeof callDestination>[2]) {
  try {
    return await callDestination(site.host, site.settings.url + path, init);
  } catch (error) {
    if (error instanceof RetryLater || error instanceof GiveUp) return null;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
