export const roles = ["viewer", "operator", "owner"] as const;
/** A viewer reads; an operator also retries, tests and makes keys; an owner also changes connections and people. */
export type Role = (typeof roles)[number];

/** Whether a role is at least the one that is needed. */
export const mayAct = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);
