CREATE TABLE "audits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"actor" text NOT NULL,
	"state" text NOT NULL,
	"position" text DEFAULT '' NOT NULL,
	"total" integer NOT NULL,
	"checked" integer DEFAULT 0 NOT NULL,
	"drifted" integer DEFAULT 0 NOT NULL,
	"gone" integer DEFAULT 0 NOT NULL,
	"unread" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"reason" text,
	"detail" text,
	"started_at" timestamp with time zone NOT NULL,
	"moved_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "door_beats" (
	"id" uuid PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"beat_at" timestamp with time zone NOT NULL,
	"stopped_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "drift_fixes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"total" integer NOT NULL,
	"actor" text NOT NULL,
	"aborted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "drifts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"contact_id" text NOT NULL,
	"contact_ref" text,
	"email" text NOT NULL,
	"member_id" uuid,
	"kind" text NOT NULL,
	"changes" jsonb,
	"changed_at" timestamp with time zone,
	"sweep_id" uuid,
	"audit_id" uuid,
	"fix_id" uuid,
	"sync_id" uuid,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_retry_at" timestamp with time zone,
	"reason" text,
	"detail" text,
	"found_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sweep_marks" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"cursor" timestamp with time zone,
	"witness" text,
	"offset" text,
	"widened" boolean DEFAULT false NOT NULL,
	"requested_at" timestamp with time zone,
	"requested_cause" text,
	"requested_by" text
);
--> statement-breakpoint
CREATE TABLE "sweeps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"cause" text NOT NULL,
	"actor" text,
	"fixes" boolean NOT NULL,
	"state" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"position" text DEFAULT '0' NOT NULL,
	"high" timestamp with time zone,
	"high_contact" text,
	"saw_witness" boolean DEFAULT false NOT NULL,
	"widened" boolean DEFAULT false NOT NULL,
	"pages" integer DEFAULT 0 NOT NULL,
	"listed" integer DEFAULT 0 NOT NULL,
	"asked" integer DEFAULT 0 NOT NULL,
	"drifted" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"reason" text,
	"detail" text,
	"started_at" timestamp with time zone NOT NULL,
	"moved_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "reconcile" text DEFAULT 'fix' NOT NULL;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "reconcile_minutes" integer DEFAULT 60 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "audits_open" ON "audits" USING btree ("connection_id") WHERE "audits"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "audits_connection" ON "audits" USING btree ("connection_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "drifts_unsettled" ON "drifts" USING btree ("connection_id","contact_id") WHERE "drifts"."state" in ('open', 'queued', 'running');--> statement-breakpoint
CREATE INDEX "drifts_ref" ON "drifts" USING btree ("connection_id","contact_ref") WHERE "drifts"."state" in ('open', 'queued', 'running');--> statement-breakpoint
CREATE INDEX "drifts_connection" ON "drifts" USING btree ("connection_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "drifts_sweep" ON "drifts" USING btree ("sweep_id") WHERE "drifts"."sweep_id" is not null;--> statement-breakpoint
CREATE INDEX "drifts_audit" ON "drifts" USING btree ("audit_id") WHERE "drifts"."audit_id" is not null;--> statement-breakpoint
CREATE INDEX "drifts_fix" ON "drifts" USING btree ("fix_id") WHERE "drifts"."fix_id" is not null;--> statement-breakpoint
CREATE INDEX "drifts_member" ON "drifts" USING btree ("member_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "sweeps_open" ON "sweeps" USING btree ("connection_id") WHERE "sweeps"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "sweeps_connection" ON "sweeps" USING btree ("connection_id","id" DESC NULLS LAST);