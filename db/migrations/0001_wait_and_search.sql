DROP INDEX "outcomes_email";--> statement-breakpoint
ALTER TABLE "access_keys" ALTER COLUMN "wait_seconds" SET DATA TYPE real;--> statement-breakpoint
CREATE INDEX "outcomes_email" ON "outcomes" USING btree (lower("email") text_pattern_ops,"delivery_id" DESC NULLS LAST);