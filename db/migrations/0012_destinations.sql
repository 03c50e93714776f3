CREATE TABLE "destinations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"settings" jsonb NOT NULL,
	"secrets" "bytea" NOT NULL,
	"learned" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"rate_per_minute" integer NOT NULL,
	"concurrency" integer NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"reason" text,
	"detail" text,
	"state_at" timestamp with time zone DEFAULT now() NOT NULL,
	"state_by" text,
	"last_test" jsonb,
	"pump_id" uuid,
	"pump_beat_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "everyones" (
	"id" uuid PRIMARY KEY NOT NULL,
	"destination_id" uuid NOT NULL,
	"total" integer NOT NULL,
	"actor" text NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "push_targets" (
	"destination_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"external_id" text,
	"memory" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"digest" text,
	"sent" jsonb,
	"pushed_at" timestamp with time zone,
	"want" text DEFAULT 'push' NOT NULL,
	"state" text NOT NULL,
	"forced" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"priority" integer NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"wanted_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"reason" text,
	"detail" text,
	"part_reason" text,
	"password" "bytea",
	"password_why" text,
	"pump_id" uuid,
	"sync_ids" uuid[] DEFAULT '{}' NOT NULL,
	"everyone_id" uuid,
	CONSTRAINT "push_targets_destination_id_member_id_pk" PRIMARY KEY("destination_id","member_id")
);
--> statement-breakpoint
CREATE TABLE "pushes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"destination_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"sync_ids" uuid[] NOT NULL,
	"attempt" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ms" real NOT NULL,
	"status" text NOT NULL,
	"made" boolean DEFAULT false NOT NULL,
	"changes" text[] NOT NULL,
	"reason" text,
	"detail" text
);
--> statement-breakpoint
ALTER TABLE "everyones" ADD CONSTRAINT "everyones_destination_id_destinations_id_fk" FOREIGN KEY ("destination_id") REFERENCES "public"."destinations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_targets" ADD CONSTRAINT "push_targets_destination_id_destinations_id_fk" FOREIGN KEY ("destination_id") REFERENCES "public"."destinations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "everyones_open" ON "everyones" USING btree ("destination_id") WHERE "everyones"."state" = 'running';--> statement-breakpoint
CREATE INDEX "push_targets_due" ON "push_targets" USING btree ("destination_id","priority","due_at") WHERE "push_targets"."state" in ('due', 'failed');--> statement-breakpoint
CREATE INDEX "push_targets_state" ON "push_targets" USING btree ("destination_id","state");--> statement-breakpoint
CREATE INDEX "push_targets_member" ON "push_targets" USING btree ("member_id");--> statement-breakpoint
CREATE INDEX "push_targets_everyone" ON "push_targets" USING btree ("everyone_id") WHERE "push_targets"."everyone_id" is not null;--> statement-breakpoint
CREATE INDEX "pushes_member" ON "pushes" USING btree ("member_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "pushes_destination" ON "pushes" USING btree ("destination_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outcomes_sites" ON "outcomes" USING btree ("member_id") WHERE "outcomes"."status" = 'partly_synced' or ("outcomes"."status" = 'running' and "outcomes"."hop" = 'sites');