import { GiveUp } from "../../errors.ts";
import type { MemberView, Refused } from "../contract.ts";
import type { Refusal } from "./rest.ts";

type About = { view: Pick<MemberView, "email">; login: string; role: string | null };

/** What a refused write means for this member; GiveUp("site_forbidden") where it would be refused for everybody. */
export function readRefusal(refusal: Refusal, { view, login, role }: About): Refused {
  const refused = (reason: Refused["reason"], detail: string | null): Refused => ({
    status: "refused",
    reason,
    detail,
  });
  const said = refusal.message || refusal.code;
  const about = (name: string) => refusal.params.some((param) => param.startsWith(name));
  const { code } = refusal;
  if (code === "rest_user_invalid_role")
    return refused(refusal.status === 403 ? "site_role_not_allowed" : "site_role_missing", role);
  if (code === "existing_user_login") return refused("site_login_taken", login);
  if (code === "existing_user_email") return refused("site_email_taken", view.email);
  if (/user_login|username/.test(code) || about("username")) return refused("site_login_refused", login);
  if (/user_email|invalid_email/.test(code) || about("email"))
    return refused("site_email_refused", view.email);
  if (about("password") || code === "rest_user_invalid_password")
    return refused("site_password_refused", said);
  if (/^rest_(cannot_create_user|cannot_edit_roles|cannot_update|forbidden_context)$/.test(code))
    throw new GiveUp("site_forbidden", { detail: said });
  return refused("site_user_refused", said);
}
