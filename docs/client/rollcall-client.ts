/**
 * A client of Rollcall's API for sites. Made from the API's OpenAPI description; do not edit, run
 * `npm run client:generate`. One file without dependencies, for Node 18 and later: copy it.
 */

export type RollcallOptions = {
  /** Where Rollcall is, such as https://rollcall.example.com. */
  url: string;
  /** An API token. */
  token: string;
  /** How long a call may take; 10 seconds when absent. */
  timeoutMs?: number;
};

/** What Rollcall refused, with the HTTP status and the code and message of its answer. */
export class RollcallError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  constructor(status: number, error: { code?: string; message?: string; details?: unknown }) {
    super(error.message ?? `Rollcall answered ${status}.`);
    this.name = "RollcallError";
    this.status = status;
    this.code = error.code ?? "unreadable";
    this.details = error.details;
  }
}

async function call<Answer>(
  { url, token, timeoutMs = 10_000 }: RollcallOptions,
  method: string,
  path: string,
  queryNames: readonly string[],
  given: Record<string, unknown>,
): Promise<Answer> {
  const rest = { ...given };
  const take = (name: string): string | undefined => {
    const value = rest[name];
    delete rest[name];
    return value === undefined ? undefined : String(value);
  };
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(take(name) ?? ""));
  const target = new URL(url.replace(/\/+$/, "") + place);
  for (const name of queryNames) {
    const value = take(name);
    if (value !== undefined) target.searchParams.set(name, value);
  }
  const answer = await fetch(target, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: method === "GET" ? undefined : JSON.stringify(rest),
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new RollcallError(answer.status, json.error ?? {});
  return json;
}

export type Member = {
  id: string;
  email: string;
  login: string;
  role: string;
  firstName: string;
  lastName: string;
  tags: string[];
  fields: Record<string, string>;
  contacts: { connectionId: string; contactId: string }[];
  hasPassword: boolean;
  createdAt: string;
  syncedAt: string | null;
};

export type MemberDetail = {
  id: string;
  email: string;
  login: string;
  role: string;
  firstName: string;
  lastName: string;
  tags: string[];
  fields: Record<string, string>;
  contacts: { connectionId: string; contactId: string }[];
  hasPassword: boolean;
  createdAt: string;
  syncedAt: string | null;
  links: {
    connectionId: string;
    connectionName: string;
    kindLabel: string;
    contactId: string;
    loadedAt: string;
    url: string | null;
  }[];
  history: {
    id: string;
    at: string;
    changes: {
      created: boolean;
      email?: [string | null, string | null];
      login?: [string | null, string | null];
      role?: [string | null, string | null];
      firstName?: [string | null, string | null];
      lastName?: [string | null, string | null];
      tagsAdded: string[];
      tagsRemoved: string[];
      fields: Record<string, [string | null, string | null]>;
      password?: "generated" | "from_crm" | "chosen";
    };
    deliveryId: string | null;
  }[];
  /** A generated password has not reached the CRM yet */
  passwordWaiting: boolean;
  /** Every destination that was to have them, oldest first */
  sites: {
    destinationId: string;
    name: string;
    kind: string;
    kindLabel: string;
    site: string;
    siteState: "active" | "paused" | "stopped";
    state: "waiting" | "running" | "failed" | "dead" | "refused" | "partial" | "pushed";
    externalId: string | null;
    pushedAt: string | null;
    nextAt: string | null;
    reason:
      | "no_such_key"
      | "key_revoked"
      | "key_expired"
      | "action_not_allowed"
      | "role_not_allowed"
      | "address_not_allowed"
      | "too_many_calls"
      | "too_large"
      | "unknown_action"
      | "empty_body"
      | "no_contact"
      | "bad_json"
      | "broken_record"
      | "mode_automation"
      | "event_observed"
      | "list_other"
      | "echo"
      | "loop_guard"
      | "same_request_waiting"
      | "flood_held"
      | "flood_dropped"
      | "day_budget_spent"
      | "person_erased"
      | "no_connection"
      | "worker_stopped"
      | "internal"
      | "crm_timeout"
      | "crm_unreachable"
      | "crm_paused"
      | "crm_paused_token"
      | "crm_token_refused"
      | "crm_secrets_locked"
      | "crm_forbidden"
      | "crm_payment_required"
      | "crm_rate_limited"
      | "crm_server_error"
      | "crm_not_json"
      | "crm_empty_answer"
      | "crm_unexpected"
      | "crm_bad_request"
      | "crm_address_blocked"
      | "contact_missing"
      | "contact_deleted"
      | "no_such_member"
      | "no_change"
      | "no_email"
      | "bad_email"
      | "email_taken"
      | "role_refused"
      | "password_field_missing"
      | "password_not_seen"
      | "password_locked"
      | "password_not_needed"
      | "smtp_missing"
      | "smtp_failed"
      | "site_paused"
      | "site_stopped"
      | "site_secrets_locked"
      | "site_timeout"
      | "site_unreachable"
      | "site_address_blocked"
      | "site_moved"
      | "site_gone"
      | "site_web_page"
      | "site_unexpected"
      | "site_maintenance"
      | "site_overloaded"
      | "site_failed"
      | "site_api_off"
      | "site_credentials_refused"
      | "site_passwords_off"
      | "site_header_stripped"
      | "site_sign_in_ignored"
      | "site_forbidden"
      | "site_key_refused"
      | "site_group_missing"
      | "site_refused_call"
      | "site_user_protected"
      | "site_role_protected"
      | "site_role_missing"
      | "site_role_not_allowed"
      | "site_login_taken"
      | "site_login_refused"
      | "site_email_taken"
      | "site_email_refused"
      | "site_password_refused"
      | "site_password_locked"
      | "site_user_doubled"
      | "site_user_missing"
      | "site_user_refused"
      | "site_not_matched"
      | "companion_missing"
      | null;
    detail: string | null;
    sentence: string | null;
    remedy: string | null;
  }[];
};

/** The calls that a site makes. Each throws RollcallError, or what fetch throws when Rollcall cannot be reached. */
export const rollcall = (options: RollcallOptions) => ({
  /** Members, newest first. Needs the role viewer or more, or an API token with the scope read or admin. */
  listMembers: (
    given: { email?: string; q?: string; tag?: string; cursor?: string; limit?: number } = {},
  ): Promise<{ items: Member[]; nextCursor: string | null }> =>
    call(options, "GET", "/api/v1/members", ["email", "q", "tag", "cursor", "limit"], given),

  /** One member with links and history. Needs the role viewer or more, or an API token with the scope read or admin. */
  getMember: (given: { id: string }): Promise<MemberDetail> =>
    call(options, "GET", "/api/v1/members/{id}", [], given),

  /** Read a member from the CRM now, as on login. Needs the role operator or more, or an API token with the scope site or members:write or admin. */
  refreshMember: (given: {
    email: string;
    timeoutMs?: number;
  }): Promise<{ member: Member; source: "crm" | "directory" }> =>
    call(options, "POST", "/api/v1/members/refresh", [], given),

  /** Check a member's password. Needs the role operator or more, or an API token with the scope site or members:write or admin. */
  verifyPassword: (given: { login: string; password: string }): Promise<{ member: Member }> =>
    call(options, "POST", "/api/v1/members/verify-password", [], given),

  /** Make a one-time link on which a member chooses a password. Needs the role operator or more, or an API token with the scope members:write or admin. */
  createSetPasswordLink: (given: {
    id: string;
    validMinutes?: number;
  }): Promise<{
    /** For the member’s own mailbox; works once */ url: string;
    expiresAt: string;
  }> => call(options, "POST", "/api/v1/members/{id}/set-password-link", [], given),

  /** Make a one-time link with which a member signs in to a site. Needs the role operator or more, or an API token with the scope members:write or admin. */
  createSignInLink: (given: {
    id: string;
    /** A page of a destination’s site or of PUBLIC_URL; absent: the WordPress site, when there is one only */
    returnTo?: string;
    validMinutes?: number;
  }): Promise<{
    /** `returnTo` with `rollcall_code`, for the member’s own mailbox */ url: string;
    /** What the site redeems; works once */
    code: string;
    expiresAt: string;
  }> => call(options, "POST", "/api/v1/members/{id}/sign-in-link", [], given),

  /** Use up the code of a sign-in link, and learn whose it was. Needs the role operator or more, or an API token with the scope site or members:write or admin. */
  redeemSignInLink: (given: { code: string }): Promise<{ member: Member; returnTo: string }> =>
    call(options, "POST", "/api/v1/sign-in-links/redeem", [], given),

  /** Add and remove tags of a contact in its CRM. Needs the role operator or more, or an API token with the scope crm:write or admin. */
  writeContactTags: (given: {
    email: string;
    /** Needed when the person is in more than one CRM */
    connectionId?: string;
    add?: string[];
    remove?: string[];
  }): Promise<{
    /** Reads the contact again, so that the member follows; see deliveries/{id} */ delivery: string;
    connectionId: string;
    contactId: string;
  }> => call(options, "POST", "/api/v1/contacts/tags", [], given),

  /** Set custom fields of a contact in its CRM. Needs the role operator or more, or an API token with the scope crm:write or admin. */
  writeContactFields: (given: {
    email: string;
    /** Needed when the person is in more than one CRM */
    connectionId?: string;
    /** By personalisation tag, as the CRM’s settings show it without percent signs */
    fields: Record<string, string>;
  }): Promise<{
    /** Reads the contact again, so that the member follows; see deliveries/{id} */ delivery: string;
    connectionId: string;
    contactId: string;
  }> => call(options, "POST", "/api/v1/contacts/fields", [], given),
});
