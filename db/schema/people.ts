import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { idColumn, moment } from "./columns.ts";

/**
 * People who sign in to the console. `tokenVersion` rises to end every session at once. Without a password hash a person
 * was invited and has not chosen a password yet: none opens anything.
 */
export const users = pgTable(
  "users",
  {
    id: idColumn(),
    email: text("email").notNull(),
    name: text("name").notNull(),
    passwordHash: text("password_hash"),
    role: text("role").$type<"owner" | "operator" | "viewer">().notNull(),
    tokenVersion: integer("token_version").notNull().default(0),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastSignInAt: moment("last_sign_in_at"),
  },
  (table) => [uniqueIndex("users_email").on(sql`lower(${table.email})`)],
);

/**
 * The one link of a person on which they choose a password. Only the SHA-256 of its code is kept; a newer link takes its
 * row, and a used one stays for a while so that it can be told from one that never was.
 */
export const invites = pgTable("invites", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  hash: text("hash").notNull().unique(),
  expiresAt: moment("expires_at").notNull(),
  usedAt: moment("used_at"),
});

/**
 * Bearer tokens of the API; only the SHA-256 is kept, and the beginning, by which a person knows it again. `scopes` say
 * what a token may do; null is everything that its role may, as tokens of the environment and those made before scopes.
 */
export const apiTokens = pgTable("api_tokens", {
  id: idColumn(),
  name: text("name").notNull(),
  hash: text("hash").notNull().unique(),
  prefix: text("prefix"),
  role: text("role").$type<"owner" | "operator" | "viewer">().notNull(),
  scopes: text("scopes").array(),
  createdBy: text("created_by"),
  fromEnvironment: boolean("from_environment").notNull().default(false),
  expiresAt: moment("expires_at"),
  revokedAt: moment("revoked_at"),
  lastUsedAt: moment("last_used_at"),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** Who changed what; written in the transaction of the change. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: idColumn(),
    at: moment("at").notNull().defaultNow(),
    actor: text("actor").notNull(),
    action: text("action").notNull(),
    target: text("target").notNull(),
    targetId: uuid("target_id"),
    details: jsonb("details").$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [index("audit_log_at").on(table.at)],
);

/** Sliding attempt counters of sign-in, set-up and password checks, one row per key (address, account). */
export const attempts = pgTable("attempts", {
  key: text("key").primaryKey(),
  count: integer("count").notNull(),
  until: moment("until").notNull(),
});
