-- Budgets belong to accounts now, not to connections. They only pace the calls of the next second, so they start anew.
DELETE FROM "budgets";--> statement-breakpoint
ALTER TABLE "budgets" DROP COLUMN "connection_id";--> statement-breakpoint
ALTER TABLE "budgets" ADD COLUMN "account" text PRIMARY KEY NOT NULL;
