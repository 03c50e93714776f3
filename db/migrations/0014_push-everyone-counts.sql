ALTER TABLE "everyones" ADD COLUMN "done" integer;--> statement-breakpoint
ALTER TABLE "everyones" ADD COLUMN "failed" integer;--> statement-breakpoint
ALTER TABLE "push_targets" ADD COLUMN "only_everyone" boolean DEFAULT false NOT NULL;