CREATE TABLE "breakers" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"trips" integer DEFAULT 0 NOT NULL,
	"reason" text,
	"detail" text,
	"opened_at" timestamp with time zone,
	"probe_at" timestamp with time zone,
	"probe_ends_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"releasing" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "loop_guards" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"contact_id" text NOT NULL,
	"rounds" integer NOT NULL,
	"held" integer DEFAULT 0 NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by" text
);
--> statement-breakpoint
CREATE TABLE "write_traces" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"contact_id" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"value_hash" text,
	"written_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"answered_by" uuid
);
--> statement-breakpoint
ALTER TABLE "pending_mails" ADD COLUMN "handed_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "loop_guards_open" ON "loop_guards" USING btree ("connection_id","contact_id") WHERE "loop_guards"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "loop_guards_contact" ON "loop_guards" USING btree ("connection_id","contact_id","closed_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "write_traces_contact" ON "write_traces" USING btree ("connection_id","contact_id");--> statement-breakpoint
CREATE INDEX "write_traces_expiry" ON "write_traces" USING btree ("expires_at");