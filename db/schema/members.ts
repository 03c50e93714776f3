import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, idColumn, moment } from "./columns.ts";
import type { MemberChanges } from "./syncs.ts";

/** The directory: one row per person. `login` is fixed once made; `tags` is the union over the linked contacts. */
export const members = pgTable(
  "members",
  {
    id: idColumn(),
    email: text("email").notNull(),
    login: text("login").notNull(),
    role: text("role").notNull(),
    firstName: text("first_name").notNull(),
    lastName: text("last_name").notNull(),
    passwordHash: text("password_hash"),
    tags: text("tags").array().notNull(),
    fields: jsonb("fields").$type<Record<string, string>>().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    syncedAt: moment("synced_at"),
  },
  (table) => [
    uniqueIndex("members_email").on(sql`lower(${table.email})`),
    uniqueIndex("members_login").on(sql`lower(${table.login})`),
    index("members_tags").using("gin", table.tags),
    // What is looked for by its beginning, under any collation.
    index("members_email_begins").on(sql`lower(${table.email}) text_pattern_ops`),
    index("members_login_begins").on(sql`lower(${table.login}) text_pattern_ops`),
    index("members_name").on(sql`lower(${table.firstName} || ' ' || ${table.lastName}) text_pattern_ops`),
    index("members_last_name").on(sql`lower(${table.lastName}) text_pattern_ops`),
  ],
);

/** A member's link to a contact, with what that contact said last. */
export const memberContacts = pgTable(
  "member_contacts",
  {
    connectionId: uuid("connection_id").notNull(),
    contactId: text("contact_id").notNull(),
    memberId: uuid("member_id")
      .notNull()
      .references(() => members.id, { onDelete: "cascade" }),
    tags: text("tags").array().notNull(),
    fields: jsonb("fields").$type<Record<string, string>>().notNull(),
    loadedAt: moment("loaded_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.contactId] }),
    index("member_contacts_member").on(table.memberId),
  ],
);

/** The history of a member: one row per run that changed something. */
export const memberChanges = pgTable(
  "member_changes",
  {
    id: idColumn(),
    memberId: uuid("member_id")
      .notNull()
      .references(() => members.id, { onDelete: "cascade" }),
    syncId: uuid("sync_id"),
    at: moment("at").notNull().defaultNow(),
    changes: jsonb("changes").$type<MemberChanges>().notNull(),
  },
  (table) => [index("member_changes_member").on(table.memberId, table.id)],
);

/** Generated passwords on their way to a CRM field, sealed; the row goes when the CRM has the password. */
export const pendingPasswords = pgTable("pending_passwords", {
  memberId: uuid("member_id")
    .primaryKey()
    .references(() => members.id, { onDelete: "cascade" }),
  connectionId: uuid("connection_id").notNull(),
  contactId: text("contact_id").notNull(),
  sealed: bytea("sealed").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/**
 * Welcome mails that are owed to new members; the row goes when the mail server has taken the mail. `handedAt` is set
 * the moment before the last byte leaves: a worker that ends after it has sent the mail.
 */
export const pendingMails = pgTable("pending_mails", {
  memberId: uuid("member_id")
    .primaryKey()
    .references(() => members.id, { onDelete: "cascade" }),
  connectionId: uuid("connection_id").notNull(),
  contactId: text("contact_id").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
  handedAt: moment("handed_at"),
});

/** One-time links with which a member sets a password; only the SHA-256 of the token is kept. */
export const passwordLinks = pgTable("password_links", {
  hash: text("hash").primaryKey(),
  memberId: uuid("member_id")
    .notNull()
    .references(() => members.id, { onDelete: "cascade" }),
  expiresAt: moment("expires_at").notNull(),
  usedAt: moment("used_at"),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/**
 * One-time codes with which a site signs a member in; only the SHA-256 of the code is kept. `returnTo` is the page of
 * the site that the link opens.
 */
export const signInLinks = pgTable("sign_in_links", {
  hash: text("hash").primaryKey(),
  memberId: uuid("member_id")
    .notNull()
    .references(() => members.id, { onDelete: "cascade" }),
  returnTo: text("return_to").notNull(),
  expiresAt: moment("expires_at").notNull(),
  usedAt: moment("used_at"),
  createdAt: moment("created_at").notNull().defaultNow(),
});
